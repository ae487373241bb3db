// What the command line says, word for word: values stay texts here and are read by core/spec/fields.h,
// because CLI11's own conversions let "nan", "-1" for unsigned numbers and octal through.
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace dropscope::cli {

// Which run is meant; shared by every command that trains.
struct RunWords {
  std::string scenario;             // empty: the first one
  std::optional<std::string> data;  // a folder with IDX files, or a CSV file
  std::vector<std::string> sets;    // "path=value", in the order given
  std::optional<std::string> seed;
};

struct WindowWords {
  RunWords run;
  std::vector<std::string> exec;
  std::optional<std::string> theme, text_scale, size;
  std::string dump_items, screenshot;
  bool no_settings = false;
};

struct HeadlessWords {
  RunWords run;
  std::optional<std::string> theme, size;  // of the picture
};

struct TrainWords {
  RunWords run;
  std::optional<std::string> ticks, epochs;
  std::optional<std::string> csv, json;
  bool quiet = false;
};

struct RenderWords {
  RunWords run;
  std::optional<std::string> ticks;
  std::string mode = "explore", theme = "light", size = "1920x1080", naming = "drop";
  std::string out;
  bool eval = false;
  std::vector<std::string> runs;  // for --mode compare, as those of CompareWords
  std::optional<std::string> variants, rates, seeds;
  bool no_times = false;
  std::optional<std::string> topic, passes, samples, members, column, pruned, probe, point;  // for --mode ensemble
};

struct ListWords {
  std::string what;
  bool json = false;
};

struct ReproduceWords {
  std::string what;  // "list" or a figure's id
  std::optional<std::string> data, seeds;
  bool quick = false, json = false;
};

// What compare and sweep share: runs over several seeds.
struct StudyWords {
  RunWords run;
  std::optional<std::string> seeds, first_seed, ticks, jobs;
  std::optional<std::string> csv, json;
  bool fixed_data = false, no_times = false, quiet = false;
};

struct CompareWords {
  StudyWords study;
  std::vector<std::string> runs;  // "name: path=value, path=value"
  std::optional<std::string> variants, rates, epochs, target;
};

struct SweepWords {
  StudyWords study;
  std::vector<std::string> axes;  // "path=value,value"
  std::optional<std::string> shard;
};

struct MergeWords {
  std::vector<std::string> files;
  std::optional<std::string> csv, json;
  bool no_times = false;
};

// What ensemble and uncertainty share: a run, and an input that it is asked about.
struct AskWords {
  RunWords run;
  std::optional<std::string> ticks;
  std::optional<std::string> probe;  // number of a validation example
  std::optional<std::string> point;  // "0.5,-1"
  std::optional<std::string> csv, json;
  bool quiet = false;
};

struct EnsembleWords {
  AskWords ask;
  std::optional<std::string> samples, members;
};

struct UncertaintyWords {
  AskWords ask;
  std::optional<std::string> passes, grid;
};

struct CheckWords {};

// Help or the version has been printed, or the words made no sense and that has been said.
struct Finished {
  int exit_code = 0;
};

using Words =
    std::variant<WindowWords, HeadlessWords, TrainWords, RenderWords, ListWords, ReproduceWords, CompareWords,
                 SweepWords, MergeWords, EnsembleWords, UncertaintyWords, CheckWords, Finished>;

}  // namespace dropscope::cli
