// One or two fields of a run over lists of values, each with several seeds: the cells of a sweep, how they are dealt to
// machines, and how the parts are joined. Pure; results do not depend on the number of shards or jobs.
#pragma once
#include "core/study/seed_table.h"

namespace dropscope {

struct SweepAxis {
  std::string path;                 // a field as --set reads it: "dropout.rate", "network.hidden", "data.train"
  std::vector<std::string> values;  // as --set reads them
  bool operator==(const SweepAxis&) const = default;
};

struct Sweep {
  RunSpec base;
  std::vector<SweepAxis> axes;  // one or two
  std::vector<std::uint64_t> seeds;
  bool vary_data = true;
  std::int64_t ticks = 0;  // 0: as the spec says
  bool operator==(const Sweep&) const = default;
};
inline constexpr std::size_t kMostCells = 1'000'000;
// Throws InputError naming axis and value: more cells than kMostCells, a path that is none, a value that the field
// refuses, two values that make no difference (one value twice, or a field that the sweep itself sets: seeds and, where
// given, ticks), two combinations that train the same because one axis overwrites the other (dropout.rate and
// dropout.hidden1.rate of a network with one hidden layer).
void check_sweep(const Sweep& sweep);

// A cell trains one spec with one seed. Cells are numbered with the seeds fastest, the second axis next.
std::size_t cell_count(const Sweep& sweep);
struct CellPlace {
  std::vector<std::size_t> value;  // index into each axis' values
  std::size_t seed = 0;
};
CellPlace place_of(const Sweep& sweep, std::size_t cell);
// The study of all cells: one run for each combination of values, named "dropout.rate=0.3, network.hidden=64". Cell c
// is trial c of the study (run * seeds + seed). Layers are set before what acts on them, all layers or sites before one
// of them, whatever the order of the axes. Throws InputError as check_sweep does for a path or a value that is none.
Study study_of(const Sweep& sweep);
// Cells of shard `index` of `count` (0 <= index < count): every count-th, so that slow cells are spread evenly.
std::vector<std::size_t> cells_of_shard(const Sweep& sweep, int index, int count);
// A number that two sweeps share exactly if they would train the same cells in the same order, whatever their names.
std::uint64_t sweep_hash(const Sweep& sweep);

// What a shard found.
struct SweepPart {
  Sweep sweep;
  int shard = 0, shards = 1;
  std::vector<Trial> trials;  // Trial::run and ::seed as in study_of(sweep); curves need not be kept
  std::string file = {};      // where it was read, for messages; may be empty
};
// All trials, by cell, with targets completed. Parts of different divisions may overlap where they agree. Throws
// InputError naming the parts and the first cells: no parts, sweeps that differ, a cell twice with another state_hash
// or score, a part twice, cells that are missing.
std::vector<Trial> merge_parts(std::span<const SweepPart> parts);

}  // namespace dropscope
