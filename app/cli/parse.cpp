// The grammar of the command line. The only file that includes CLI11, which takes ten seconds to compile.
#include <CLI/CLI.hpp>
#include <functional>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/version.h"
#include "core/base/check.h"
#include "core/base/names.h"

namespace dropscope::cli {
namespace {

constexpr const char* kFooter =
    "\nExamples:\n"
    "  dropscope                                            open the window; Space starts the training\n"
    "  dropscope --scenario spirals                         open it with another scenario\n"
    "  dropscope train --scenario moons --csv curves.csv    train without a window\n"
    "  dropscope render --ticks 500 --out figure.svg        a figure for a slide, no display needed\n"
    "  dropscope compare --variants none,inverted,l2 --seeds 10    runs side by side over many seeds\n"
    "  dropscope list scenarios\n"
    "\nExit codes: 0 fine, 1 failed, 2 usage or bad input, 3 no display or OpenGL.\n"
    "A rate is always the probability that an element is dropped.";
constexpr const char* kTrainFooter =
    "\nExamples:\n"
    "  dropscope train --scenario moons --ticks 2000 --json run.json\n"
    "  dropscope train --set dropout.rate=0.3 --set network.hidden=32,32 --csv curves.csv\n"
    "  dropscope train --set dropout.hidden1.variant=gaussian --set optimizer.learning_rate=0.005\n"
    "  dropscope train --scenario mnist --data FOLDER --epochs 5\n"
    "  dropscope train --data points.csv --set data.label=colour\n"
    "\nThe table: train is the loss with masks on, train off and val those with masks off, gap is val - train off.";
constexpr const char* kRenderFooter =
    "\nExamples:\n"
    "  dropscope render --ticks 500 --out figure.png --size 3840x2160\n"
    "  dropscope render --scenario moons-plain --theme dark --out figure.svg\n"
    "  dropscope render --mode compare --variants none,inverted,dropconnect --seeds 10 --out figure.pdf\n"
    "  dropscope render --mode ensemble --topic uncertainty --point 0.5,-1 --out figure.png";
constexpr const char* kReproduceFooter =
    "\nExamples:\n"
    "  dropscope reproduce list\n"
    "  dropscope reproduce ridge\n"
    "  dropscope reproduce seed-table --data FOLDER --seeds 5 --json\n"
    "\nQuoted numbers are as published and never enter ours; what does not agree is printed as it is.";
constexpr const char* kCompareFooter =
    "\nExamples:\n"
    "  dropscope compare --variants none,inverted,l2 --rates 0.2,0.5 --seeds 20\n"
    "  dropscope compare --run \"plain: dropout.rate=0\" --run \"wide: network.hidden=32,32, dropout.rate=0.5\"\n"
    "  dropscope compare --scenario mnist --data FOLDER --run \"plain: dropout.rate=0\" --run dropout --epochs 5\n"
    "\nThe first run is the one that the others are compared with, seed by seed: equal seeds have equal data, first\n"
    "weights and batches. --variants takes the ids of dropscope list variants and what else holds overfitting back: "
    "l2,\n"
    "batchnorm, augmentation, early_stopping, label_smoothing. A comma in --run begins a new setting where path=\n"
    "follows. Numbers are means over seeds and, below, standard deviations; they do not depend on --jobs, but\n"
    "times do.";
constexpr const char* kSweepFooter =
    "\nExamples:\n"
    "  dropscope sweep --axis dropout.rate=0..0.9:0.1 --seeds 10 --json rates.json\n"
    "  dropscope sweep --axis \"network.hidden=8,8;16,16;32,32\" --axis dropout.rate=0,0.5 --json a.json\n"
    "  dropscope sweep merge part1.json part2.json part3.json --json all.json --csv all.csv\n"
    "\nValues are separated by commas, or by semicolons where they have commas; lo..hi:step is a range.\n"
    "Parts are counted from 1, and any part may be trained on any machine with the same program:\n"
    "  parallel dropscope sweep --axis dropout.rate=0..0.9:0.1 --shard {}/8 --jobs 1 --json part{}.json ::: {1..8}\n"
    "and in a Slurm job with #SBATCH --array=1-8 (from 1, and with no step):\n"
    "  dropscope sweep --axis dropout.rate=0..0.9:0.1 --json part$SLURM_ARRAY_TASK_ID.json \\\n"
    "    --shard $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT";
constexpr const char* kMergeFooter =
    "\nExample:\n"
    "  dropscope sweep merge part*.json --json all.json --csv all.csv\n"
    "\nParts of other sweeps, missing parts and parts that disagree are refused.";
constexpr const char* kEnsembleFooter =
    "\nExamples:\n"
    "  dropscope ensemble --set network.hidden=6,6 --probe 3 --csv subnetworks.csv\n"
    "  dropscope ensemble --scenario moons --point 0.5,0.2 --samples 2000 --members 5 --json ensemble.json\n"
    "\nUp to 12 gates all sub-networks are run, above that --samples of them are drawn. Losses over a split are those\n"
    "of the first 500 validation examples. Units are taken away at random, or smallest first, as weights are.\n"
    "Networks of --members are trained without dropout, the first one with the run's own seed.";
constexpr const char* kUncertaintyFooter =
    "\nExamples:\n"
    "  dropscope uncertainty --scenario regression --csv band.csv\n"
    "  dropscope uncertainty --scenario moons --point 3,3 --passes 200 --grid 128x128 --json map.json\n"
    "\nOne input and one number to predict: a band. Two inputs and classes: a map. Anything else: the first 500\n"
    "validation examples. Distances are in units of the typical one between neighbouring training examples.";
constexpr const char* kListFooter =
    "\nExamples:\n"
    "  dropscope list variants\n"
    "  dropscope list scenarios --json";

// Options are read as texts, exactly once each, and handed on after the parse: no conversion of CLI11's is used.
class Grammar {
 public:
  explicit Grammar(CLI::App& app) : app_(app) {}

  void text(const std::string& name, std::string& to, const std::string& type, const std::string& help) {
    CLI::Option* option = add(name, type, help);
    moves_.push_back([option, &to] {
      if (option->count()) to = option->results().front();
    });
  }
  void text(const std::string& name, std::optional<std::string>& to, const std::string& type, const std::string& help) {
    CLI::Option* option = add(name, type, help);
    moves_.push_back([option, &to] {
      if (option->count()) to = option->results().front();
    });
  }
  void texts(const std::string& name, std::vector<std::string>& to, const std::string& type, const std::string& help) {
    CLI::Option* option = add(name, type, help + " (may be repeated)");
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    moves_.push_back([option, &to] { to = option->count() ? option->results() : std::vector<std::string>{}; });
  }
  // The words that are no options.
  void words(const std::string& name, std::vector<std::string>& to, const std::string& type, const std::string& help) {
    CLI::Option* option = app_.add_option(name, sink_, help);
    option->type_name(type)->group(group_);
    moves_.push_back([option, &to] { to = option->count() ? option->results() : std::vector<std::string>{}; });
  }
  void flag(const std::string& name, bool& to, const std::string& help) {
    app_.add_flag(name, to, help)->group(group_)->disable_flag_override();
  }
  void group(const std::string& name) { group_ = name; }
  void move() {
    for (const auto& move : moves_) move();
  }

 private:
  CLI::Option* add(const std::string& name, const std::string& type, const std::string& help) {
    CLI::Option* option = app_.add_option(name, sink_, help);
    option->type_name(type)->type_size(1)->expected(1)->allow_extra_args(false)->group(group_);
    return option;
  }

  CLI::App& app_;
  std::vector<std::function<void()>> moves_;
  std::vector<std::string> sink_;  // CLI11 wants somewhere to put what it converts.
  std::string group_ = "Options";
};

// Without --seed, for commands that train with many.
void add_seedless_run(Grammar& grammar, RunWords& run) {
  grammar.group("Run");
  grammar.text("--scenario", run.scenario, "ID", "which run; see dropscope list scenarios");
  grammar.text("--data", run.data, "PATH", "a folder with the four MNIST-format files, or a CSV file");
  grammar.texts("--set", run.sets, "PATH=VALUE", "change one field: dropout.hidden1.rate=0.3, batch_size=32");
}

void add_run(Grammar& grammar, RunWords& run) {
  add_seedless_run(grammar, run);
  grammar.text("--seed", run.seed, "N", "another seed for weights, order and masks (--set data_seed=N: the data)");
}

struct Everything {
  WindowWords window;
  HeadlessWords headless;
  TrainWords train;
  RenderWords render;
  ListWords list;
  ReproduceWords reproduce;
  CompareWords compare;
  SweepWords sweep;
  MergeWords merge;
  EnsembleWords ensemble;
  UncertaintyWords uncertainty;
  CheckWords check;
  bool go_headless = false;
};

void add_window(Grammar& grammar, Everything& all) {
  add_run(grammar, all.window.run);
  grammar.group("Window");
  grammar.text("--theme", all.window.theme, "NAME", "light, dark or projector");
  grammar.text("--text-scale", all.window.text_scale, "X", "size of all type, 0.75 to 3");
  grammar.text("--size", all.window.size, "WxH", "of the window, or of the picture without one, in pixels");
  grammar.texts("--exec", all.window.exec, "SCRIPT", "commands to run: \"play; wait tick 200; quit\"");
  grammar.text("--screenshot", all.window.screenshot, "FILE", "write a picture of the window (PNG) and close it");
  grammar.text("--dump-items", all.window.dump_items, "FILE", "keep a JSON file of every control's place");
  grammar.flag("--no-settings", all.window.no_settings, "neither read nor write the settings");
  grammar.group("Without a window");
  grammar.flag("--headless", all.go_headless,
               "train with a progress bar; write a picture and the curves to the data folder");
}

void add_train(Grammar& grammar, TrainWords& train) {
  add_run(grammar, train.run);
  grammar.text("--ticks", train.ticks, "N", "train for N updates (instead of the scenario's number)");
  grammar.text("--epochs", train.epochs, "N", "train for N passes over the training examples");
  grammar.group("Output");
  grammar.text("--csv", train.csv, "FILE", "write the curves, one line for each evaluation");
  grammar.text("--json", train.json, "FILE", "write the run, its metrics, its speed and hashes of its state");
  grammar.flag("--quiet", train.quiet, "no table and no progress");
}

void add_render(Grammar& grammar, RenderWords& render) {
  add_run(grammar, render.run);
  grammar.text("--ticks", render.ticks, "N", "train for N updates first (default: the scenario's number)");
  grammar.group("Picture");
  grammar.text("--mode", render.mode, "NAME", "which view: explore, compare or ensemble (default explore)");
  grammar.text("--theme", render.theme, "NAME", "light, dark or projector (default light)");
  grammar.text("--naming", render.naming, "WHAT", "p of words and formulas: drop or keep (default drop)");
  grammar.text("--size", render.size, "WxH", "in pixels (default 1920x1080)");
  grammar.flag("--eval", render.eval, "show the network in evaluation, without masks");
  grammar.flag("--no-times", render.no_times, "leave out how long it took: equal runs then give equal pictures");
  grammar.text("--out", render.out, "FILE", "the picture: .png, .svg or .pdf");
  grammar.group("Runs of --mode compare, at most four (default: no dropout, then the scenario)");
  grammar.texts("--run", render.runs, "\"NAME: SETTINGS\"", "the scenario with settings path=value, path=value");
  grammar.text("--variants", render.variants, "ID,ID", "one run for each, in place of the scenario's dropout");
  grammar.text("--rates", render.rates, "P,P", "of the variants (default: the scenario's)");
  grammar.text("--seeds", render.seeds, "K", "also train every run with K seeds, and show the spread");
  grammar.group("Questions of --mode ensemble");
  grammar.text("--topic", render.topic, "NAME",
               "subnetworks, uncertainty, dependence or members (default uncertainty)");
  grammar.text("--passes", render.passes, "T", "masks of uncertainty and members, 1 to 1000 (default 30)");
  grammar.text("--samples", render.samples, "T", "masks of subnetworks, 1 to 1000 (default 1000)");
  grammar.text("--members", render.members, "K", "networks trained beside it, 1 to 20 (default 5)");
  grammar.text("--column", render.column, "SITE", "of dependence: whose units, as hidden2 (default: the first)");
  grammar.text("--pruned", render.pruned, "SHARE",
               "of dependence: weights taken away, 0 to 0.95 (default 0; the window: tenths)");
  grammar.text("--probe", render.probe, "INDEX", "a validation example, counted from 0 (default 0)");
  grammar.text("--point", render.point, "X,Y,...", "any input, a number for each");
}

void add_reproduce(Grammar& grammar, ReproduceWords& reproduce) {
  grammar.group("What");
  grammar.text("what", reproduce.what, "ID", "a figure, or list: what figures there are");
  grammar.text("--data", reproduce.data, "FOLDER", "the four MNIST files, for the figures that need them");
  grammar.text("--seeds", reproduce.seeds, "K", "measure with seeds 1 to K (default 2)");
  grammar.flag("--quick", reproduce.quick, "a shortened run that only shows that the measurement works");
  grammar.group("Output");
  grammar.flag("--json", reproduce.json, "as JSON");
}

void add_seeds(Grammar& grammar, StudyWords& study) {
  grammar.group("Seeds");
  grammar.text("--seeds", study.seeds, "K", "train every run with K seeds (default 5)");
  grammar.text("--first-seed", study.first_seed, "N", "the first of them (default: the scenario's)");
  grammar.flag("--fixed-data", study.fixed_data, "the same examples for all seeds, instead of others for each");
  grammar.group("Training");
  grammar.text("--ticks", study.ticks, "N", "train for N updates (instead of the scenario's number)");
}

void add_study_output(Grammar& grammar, StudyWords& study, const std::string& json) {
  grammar.text("--jobs", study.jobs, "J", "train J runs at a time (default: one per core)");
  grammar.group("Output");
  grammar.text("--csv", study.csv, "FILE", "write a line for each training");
  grammar.text("--json", study.json, "FILE", json);
  grammar.flag("--no-times", study.no_times, "leave out how long it took: equal runs then give equal files");
  grammar.flag("--quiet", study.quiet, "no table and no progress");
}

void add_compare(Grammar& grammar, CompareWords& compare) {
  add_seedless_run(grammar, compare.study.run);
  grammar.group("Runs to compare");
  grammar.texts("--run", compare.runs, "\"NAME: SETTINGS\"", "the scenario with settings path=value, path=value");
  grammar.text("--variants", compare.variants, "ID,ID", "one run for each, in place of the scenario's dropout");
  grammar.text("--rates", compare.rates, "P,P", "of the variants (default: the scenario's)");
  add_seeds(grammar, compare.study);
  grammar.text("--epochs", compare.epochs, "N", "train for N passes over the training examples");
  grammar.text("--target", compare.target, "LOSS",
               "count ticks to this validation loss (default: the first run's best)");
  add_study_output(grammar, compare.study, "write runs, seeds, results and differences");
}

void add_sweep(Grammar& grammar, SweepWords& sweep) {
  add_seedless_run(grammar, sweep.study.run);
  grammar.group("Sweep");
  grammar.texts("--axis", sweep.axes, "PATH=VALUES", "a field and its values, one or two times");
  grammar.text("--shard", sweep.shard, "I/N", "train only part I of N, counted from 1");
  add_seeds(grammar, sweep.study);
  add_study_output(grammar, sweep.study, "write the sweep and its results, to be merged or read");
}

void add_merge(Grammar& grammar, MergeWords& merge) {
  grammar.group("Parts");
  grammar.words("files", merge.files, "FILE", "what sweep --shard wrote with --json");
  grammar.group("Output");
  grammar.text("--csv", merge.csv, "FILE", "write a line for each training");
  grammar.text("--json", merge.json, "FILE", "write the whole sweep, as one machine would have");
  grammar.flag("--no-times", merge.no_times, "leave out how long it took");
}

void add_asked(Grammar& grammar, AskWords& ask) {
  add_run(grammar, ask.run);
  grammar.text("--ticks", ask.ticks, "N", "train for N updates first (default: the scenario's number)");
  grammar.group("Input");
  grammar.text("--probe", ask.probe, "INDEX", "a validation example, counted from 0 (default 0)");
  grammar.text("--point", ask.point, "X,Y,...", "any input, a number for each");
}

void add_asked_output(Grammar& grammar, AskWords& ask, const std::string& csv) {
  grammar.group("Output");
  grammar.text("--csv", ask.csv, "FILE", csv);
  grammar.text("--json", ask.json, "FILE", "write all numbers");
  grammar.flag("--quiet", ask.quiet, "no table and no progress");
}

void add_ensemble(Grammar& grammar, EnsembleWords& ensemble) {
  add_asked(grammar, ensemble.ask);
  grammar.group("Ensemble");
  grammar.text("--samples", ensemble.samples, "T", "masks of the Monte Carlo mean, 1 to 10000 (default 1000)");
  grammar.text("--members", ensemble.members, "K", "train K networks without dropout beside it (default 0)");
  add_asked_output(grammar, ensemble.ask, "write the sub-networks, or the convergence where they are too many");
}

void add_uncertainty(Grammar& grammar, UncertaintyWords& uncertainty) {
  add_asked(grammar, uncertainty.ask);
  grammar.group("Uncertainty");
  grammar.text("--passes", uncertainty.passes, "T", "masks drawn for each prediction, 1 to 1000 (default 100)");
  grammar.text("--grid", uncertainty.grid, "CxR", "points of the map; C of the band (default 64x64)");
  add_asked_output(grammar, uncertainty.ask, "write the band, the map or the examples");
}

// "sweep merge" of a command of a command.
std::string command_name(const CLI::App& app) {
  const CLI::App* above = app.get_parent();
  return (above && above->get_parent() ? command_name(*above) + " " : "") + app.get_name();
}

[[noreturn]] void refuse_word(const CLI::App& app, const std::string& word) {
  const bool top = app.get_parent() == nullptr;
  const std::string where = top ? "the command line" : command_name(app);
  std::vector<std::string> known;
  const bool option = word.size() > 1 && word[0] == '-';
  if (option) {
    for (const CLI::Option* o : app.get_options())
      for (const std::string& name : o->get_lnames()) known.push_back("--" + name);
  } else {
    for (const CLI::App* sub : app.get_subcommands({})) known.push_back(sub->get_name());
  }
  const std::string bare = word.substr(0, word.find('='));
  const auto near = near_names(bare, known, 1);
  std::string expected = option ? "an option that it knows" : known.empty() ? "no further word" : "a command";
  if (!near.empty()) expected += " (did you mean " + near[0] + "?)";
  throw InputError(where, expected, "'" + bare + "'; dropscope " + (top ? "" : where + " ") + "--help lists them");
}

void refuse_what_is_left(const CLI::App& app) {
  for (const CLI::App* sub : app.get_subcommands()) refuse_what_is_left(*sub);
  if (const auto left = app.remaining(); !left.empty()) refuse_word(app, left.front());
}

// An option of the window before a command would be forgotten in silence.
void refuse_options_before(const CLI::App& app, const std::string& command) {
  for (const CLI::Option* option : app.get_options())
    if (option->count())
      throw InputError(command, "its options after the word " + command, option->get_name() + " before it");
}

void set_up(CLI::App& app) {
  app.allow_extras();
  app.get_formatter()->column_width(32);
}

// CLI11 2.1 leaves two empty lines between groups.
std::string tidy_help(std::string text) {
  for (std::size_t at = 0; (at = text.find("\n\n\n", at)) != std::string::npos;) text.erase(at, 1);
  return text;
}

// "--seed: 1 required N missing" says less to a person than "--seed: expected a value, found none".
std::string in_our_words(const CLI::ParseError& error) {
  const std::string text = error.what();
  const std::string option = text.substr(0, text.find(':'));
  const bool option_named = option.size() > 2 && option.rfind("--", 0) == 0;
  if (option_named && text.find("missing") != std::string::npos) return option + ": expected a value, found none";
  if (option_named && text.find("At Most") != std::string::npos) return option + ": expected once, found more often";
  if (const std::size_t at = text.find(" was given a disallowed flag override"); at != std::string::npos)
    return "--" + text.substr(0, at) + ": expected no value, found one";
  return text;
}

// The same words with a display and without, as far as they mean anything there.
HeadlessWords headless_words(const WindowWords& window) {
  for (const auto& [given, option] :
       {std::pair{!window.exec.empty(), "--exec"}, std::pair{!window.screenshot.empty(), "--screenshot"},
        std::pair{!window.dump_items.empty(), "--dump-items"}})
    if (given) throw InputError("--headless", "no option that needs a window", option);
  return {window.run, window.theme, window.size};
}

Words read(int argc, const char* const* argv) {
  CLI::App app("Dropscope shows dropout at work in a network that really trains.\n", "dropscope");
  Everything all;
  set_up(app);
  app.set_help_flag("-h,--help", "this text; dropscope COMMAND --help tells about a command")->group("Help");
  app.set_version_flag("--version", std::string("dropscope ") + kProgramVersion, "the version")->group("Help");
  app.require_subcommand(0, 1);
  app.footer(kFooter);
  CLI::App* train = app.add_subcommand("train", "train without a window: a table, curves, hashes");
  CLI::App* render = app.add_subcommand("render", "train, then draw a view as PNG, SVG or PDF; no display needed");
  CLI::App* list = app.add_subcommand("list", "the variants, data sets and scenarios there are");
  CLI::App* reproduce = app.add_subcommand("reproduce", "published figures beside what this program measures");
  CLI::App* compare = app.add_subcommand("compare", "runs side by side over many seeds: a table and verdicts");
  CLI::App* sweep = app.add_subcommand("sweep", "one or two fields over lists of values, spread over machines");
  CLI::App* merge = sweep->add_subcommand("merge", "join the parts of a sweep");
  CLI::App* ensemble = app.add_subcommand("ensemble", "one input asked of the sub-networks that dropout draws");
  CLI::App* uncertainty = app.add_subcommand("uncertainty", "what masks disagree about");
  CLI::App* check = app.add_subcommand("check", "test this program on this machine");
  for (CLI::App* sub : {train, render, list, reproduce, compare, sweep, merge, ensemble, uncertainty, check}) {
    set_up(*sub);
    sub->set_help_flag("-h,--help", "this text")->group("Help");
    sub->footer("");
  }
  train->footer(kTrainFooter);
  render->footer(kRenderFooter);
  list->footer(kListFooter);
  compare->footer(kCompareFooter);
  sweep->footer(kSweepFooter);
  sweep->require_subcommand(0, 1);
  merge->footer(kMergeFooter);
  ensemble->footer(kEnsembleFooter);
  uncertainty->footer(kUncertaintyFooter);
  reproduce->footer(kReproduceFooter);
  Grammar window_grammar(app), train_grammar(*train), render_grammar(*render), list_grammar(*list),
      reproduce_grammar(*reproduce), compare_grammar(*compare), sweep_grammar(*sweep), merge_grammar(*merge),
      ensemble_grammar(*ensemble), uncertainty_grammar(*uncertainty);
  add_window(window_grammar, all);
  add_train(train_grammar, all.train);
  add_render(render_grammar, all.render);
  add_reproduce(reproduce_grammar, all.reproduce);
  add_compare(compare_grammar, all.compare);
  add_sweep(sweep_grammar, all.sweep);
  add_merge(merge_grammar, all.merge);
  add_ensemble(ensemble_grammar, all.ensemble);
  add_uncertainty(uncertainty_grammar, all.uncertainty);
  list_grammar.group("What");
  list_grammar.text("what", all.list.what, "WHAT", "variants, datasets or scenarios");
  list_grammar.group("Output");
  list_grammar.flag("--json", all.list.json, "as JSON");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app.get_subcommands();
    print(tidy_help(chosen.empty() ? app.help() : chosen.front()->help("dropscope")));
    return Finished{kFine};
  } catch (const CLI::CallForVersion&) {
    print(std::string("dropscope ") + kProgramVersion + "\n");
    return Finished{kFine};
  }
  refuse_what_is_left(app);
  for (Grammar* grammar : {&window_grammar, &train_grammar, &render_grammar, &list_grammar, &reproduce_grammar,
                           &compare_grammar, &sweep_grammar, &merge_grammar, &ensemble_grammar, &uncertainty_grammar})
    grammar->move();
  const auto chosen = app.get_subcommands();
  if (!chosen.empty()) refuse_options_before(app, chosen.front()->get_name());
  if (train->parsed()) return all.train;
  if (render->parsed()) return all.render;
  if (list->parsed()) return all.list;
  if (reproduce->parsed()) return all.reproduce;
  if (compare->parsed()) return all.compare;
  if (merge->parsed()) {
    refuse_options_before(*sweep, "sweep merge");
    return all.merge;
  }
  if (sweep->parsed()) return all.sweep;
  if (ensemble->parsed()) return all.ensemble;
  if (uncertainty->parsed()) return all.uncertainty;
  if (check->parsed()) return all.check;
  if (all.go_headless) return headless_words(all.window);
  return all.window;
}

}  // namespace

Words parse_words(int argc, const char* const* argv) {
  try {
    return read(argc, argv);
  } catch (const CLI::ParseError& error) {
    print_error(in_our_words(error));
    return Finished{kBadInput};
  }
}

}  // namespace dropscope::cli
