// Snapshots of small transformers on letters, from the engine itself, for tests of their pictures.
#pragma once
#include <memory>
#include <string>

#include "app/scene/network_scene.h"
#include "core/session/snapshot_builder.h"

namespace dropscope {

struct SequenceOptions {
  int heads = 2, steps = 20, width = 16, blocks = 1;
  bool causal = true;
  // Sites and the noise on them: {"block1.attention", "attention", 0.4}.
  struct Noise {
    std::string site, variant;
    double rate = 0.5;
  };
  std::vector<Noise> noise = {{"block1.attention", "attention", 0.4}};
  int ticks = 1;
  int stations = 0;  // of the next tick, after these ticks
  bool eval = false;
};
Snapshot sequence_snapshot(const SequenceOptions& options = {});

// The index of a site; -1 where it is not shown.
int site_named(const Snapshot& snapshot, const std::string& name);
// The column with this name.
std::size_t column_named(const Snapshot& snapshot, const std::string& name);

}  // namespace dropscope
