#include "tests/app/sample_sequence.h"

#include "core/data/dataset.h"
#include "core/scenarios/scenarios.h"
#include "core/train/trainer.h"

namespace dropscope {

Snapshot sequence_snapshot(const SequenceOptions& o) {
  RunSpec spec = scenario_or_throw("transformer-attention", "test");
  spec.dropout.sites.clear();
  spec.data.train = 32, spec.data.validation = 16, spec.data.steps = o.steps;
  spec.batch_size = 4;
  spec.network.hidden[0].units = o.width;
  LayerSpec& block = spec.network.hidden[1];
  block.heads = o.heads, block.causal = o.causal, block.count = o.blocks;
  for (const SequenceOptions::Noise& noise : o.noise) {
    spec.dropout.at(noise.site).variant = noise.variant;
    spec.dropout.at(noise.site).rate = noise.rate;
  }
  Trainer trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
  SnapshotBuilder builder(trainer);
  for (int i = 0; i < o.ticks; ++i) trainer.advance(Granularity::Tick);
  for (int i = 0; i < o.stations; ++i) trainer.advance(Granularity::Phase);
  ViewState view;
  view.eval = o.eval;
  return builder.build(trainer, view);
}

int site_named(const Snapshot& snapshot, const std::string& name) {
  for (std::size_t i = 0; i < snapshot.sites.size(); ++i)
    if (snapshot.sites[i].site == name) return int(i);
  return -1;
}

std::size_t column_named(const Snapshot& snapshot, const std::string& name) {
  for (std::size_t l = 0; l < snapshot.layers.size(); ++l)
    if (snapshot.layers[l].name == name) return l;
  return snapshot.layers.size();
}

}  // namespace dropscope
