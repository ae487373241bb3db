// Whatever is typed, the program answers with an exit code that is documented and one clear line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/app/cli_program.h"

namespace dropscope::test {
namespace {

using ::testing::HasSubstr;

struct Case {
  const char* name;
  std::vector<std::string> words;
  std::vector<std::string> says;  // each of these stands in the one line
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class RefusedWords : public ::testing::TestWithParam<Case> {};

TEST_P(RefusedWords, EndWithCodeTwoAndOneLine) {
  const ProgramResult result = run_program(GetParam().words);
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_EQ(result.err_lines(), 1) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_LT(result.err.size(), 1000u) << "a long argument must not flood the screen";
  for (const std::string& text : GetParam().says) EXPECT_THAT(result.err, HasSubstr(text));
}

std::vector<std::string> train(std::vector<std::string> more) {
  std::vector<std::string> words = {"train", "--ticks", "1", "--quiet"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

const Case kCases[] = {
    {"unknown_option", {"--bogus"}, {"--bogus"}},
    {"misspelt_option", {"train", "--scenarioo", "moons"}, {"did you mean --scenario"}},
    {"unknown_command", {"trian"}, {"did you mean train"}},
    {"empty_command", {""}, {"found ''"}},
    {"stray_word", {"train", "moons"}, {"moons"}},
    {"two_commands", {"train", "render"}, {"render"}},
    {"option_before_command", {"--seed", "3", "train"}, {"--seed"}},
    {"missing_value", {"train", "--seed"}, {"--seed", "found none"}},
    {"empty_value_after_equals", {"train", "--seed="}, {"--seed"}},
    {"option_twice", {"train", "--seed", "1", "--seed", "2"}, {"--seed", "once"}},
    {"value_for_a_flag", {"train", "--quiet=maybe"}, {"--quiet"}},
    {"unknown_scenario", train({"--scenario", "mooons"}), {"did you mean moons"}},
    {"unknown_variant", train({"--set", "dropout.hidden1.variant=inverse"}), {"did you mean inverted"}},
    {"rate_nan", train({"--set", "dropout.hidden1.rate=nan"}), {"dropout.hidden1.rate", "nan"}},
    {"rate_infinite", train({"--set", "dropout.hidden1.rate=inf"}), {"inf"}},
    {"rate_below_zero", train({"--set", "dropout.hidden1.rate=-0.1"}), {"-0.1"}},
    {"rate_above_one", train({"--set", "dropout.hidden1.rate=1.0000001"}), {"1.0000001"}},
    {"rate_quoted", train({"--set", "dropout.hidden1.rate=\"0.5\""}), {"dropout.hidden1.rate"}},
    {"decimal_comma", train({"--set", "dropout.hidden1.rate=0,5"}), {"0,5"}},
    {"rate_on_no_site", train({"--set", "dropout.outputs.rate=0.5"}), {"dropout.output.rate"}},
    {"number_beyond_double", train({"--set", "optimizer.learning_rate=1e999"}), {"1e999"}},
    {"float_overflow", train({"--set", "optimizer.learning_rate=1e39"}), {"1e39"}},
    {"learning_rate_zero", train({"--set", "optimizer.learning_rate=0"}), {"optimizer.learning_rate"}},
    {"hexadecimal_batch", train({"--set", "batch_size=0x10"}), {"0x10"}},
    {"fractional_batch", train({"--set", "batch_size=2.5"}), {"2.5"}},
    {"batch_zero", train({"--set", "batch_size=0"}), {"batch_size"}},
    {"trailing_letters", train({"--set", "batch_size=16x"}), {"16x"}},
    {"near_path_is_listed", train({"--set", "learning_rate=0.1"}), {"optimizer.learning_rate"}},
    {"set_without_equals", train({"--set", "batch_size"}), {"path=value"}},
    {"set_without_path", train({"--set", "=3"}), {"path=value"}},
    {"set_braces", train({"--set", "{}"}), {"path=value"}},
    {"set_list", train({"--set", "[a,b]"}), {"path=value"}},
    {"width_zero", train({"--set", "network.hidden=16,0"}), {"network.hidden"}},
    {"width_huge", train({"--set", "network.hidden=2147483648"}), {"network.hidden"}},
    {"seed_below_zero", train({"--seed", "-1"}), {"--seed", "-1"}},
    {"seed_too_large", train({"--seed", "18446744073709551616"}), {"--seed"}},
    {"seed_not_a_number", train({"--seed", "seven"}), {"seven"}},
    {"ticks_below_zero", {"train", "--ticks", "-5"}, {"--ticks", "-5"}},
    {"ticks_nan", {"train", "--ticks", "nan"}, {"--ticks"}},
    {"ticks_too_large", {"train", "--ticks", "99999999999999999999"}, {"--ticks"}},
    {"ticks_and_epochs", {"train", "--ticks", "1", "--epochs", "1"}, {"--epochs"}},
    {"epochs_too_many", {"train", "--quiet", "--epochs", "999999999999"}, {"--epochs"}},
    {"long_argument", train({"--seed", std::string(65536, 'a')}), {"--seed"}},
    {"long_path", train({"--set", std::string(65536, 'a') + "=1"}), {"--set"}},
    {"invalid_utf8", train({"--scenario", "\xff\xfe\xc0\x80"}), {"\\xff"}},
    {"newline_in_a_word", train({"--scenario", "a\nb"}), {"a\\nb"}},
    {"terminal_escape", train({"--scenario", "\033[2J"}), {"\\x1b"}},
    {"data_missing", train({"--scenario", "mnist", "--data", "no/such/folder"}), {"no/such/folder"}},
    {"data_empty", train({"--data", ""}), {"--data"}},
    {"data_is_a_device", train({"--data", "/dev/zero"}), {"/dev/zero"}},
    {"mnist_without_data", train({"--scenario", "mnist"}), {"data"}},
    {"csv_in_a_missing_folder", train({"--csv", "no/such/folder/a.csv"}), {"--csv", "no/such/folder"}},
    {"csv_is_a_folder", train({"--csv", "/"}), {"--csv", "folder"}},
    {"csv_is_a_device", train({"--csv", "/dev/full"}), {"--csv", "/dev/full"}},
    {"csv_without_a_name", train({"--csv", ""}), {"--csv"}},
    {"csv_name_too_long", train({"--csv", std::string(300, 'n')}), {"--csv", "255"}},
    {"json_over_csv", train({"--csv", "same.txt", "--json", "./same.txt"}), {"--json"}},
    {"render_without_out", {"render", "--ticks", "1"}, {"--out"}},
    {"render_to_an_unknown_ending", {"render", "--ticks", "1", "--out", "a.gif"}, {".png"}},
    {"render_with_no_size", {"render", "--ticks", "1", "--out", "a.png", "--size", "big"}, {"--size"}},
    {"render_zero_size", {"render", "--ticks", "1", "--out", "a.png", "--size", "0x0"}, {"--size"}},
    {"render_negative_size", {"render", "--ticks", "1", "--out", "a.png", "--size", "-5x100"}, {"--size"}},
    {"render_huge_size", {"render", "--ticks", "1", "--out", "a.png", "--size", "99999x99999"}, {"--size"}},
    {"render_unknown_theme", {"render", "--ticks", "1", "--out", "a.png", "--theme", "lihgt"}, {"did you mean light"}},
    {"render_unknown_mode", {"render", "--ticks", "1", "--out", "a.png", "--mode", "cube"}, {"explore"}},
    {"list_nothing", {"list"}, {"variants"}},
    {"list_something_else", {"list", "variant"}, {"did you mean variants"}},
    {"compare_nothing", {"compare"}, {"--run or --variants"}},
    {"compare_rates_alone", {"compare", "--run", "a", "--rates", "0.5"}, {"--rates"}},
    {"compare_unknown_variant", {"compare", "--variants", "none,gausian"}, {"did you mean gaussian"}},
    {"compare_rate_too_large", {"compare", "--variants", "gaussian", "--rates", "0.99"}, {"0.95"}},
    {"compare_rate_nan", {"compare", "--variants", "inverted", "--rates", "nan"}, {"--rates", "nan"}},
    {"compare_one_name_twice", {"compare", "--run", "a: batch_size=8", "--run", "a"}, {"'a'"}},
    {"compare_a_run_of_its_own_seed", {"compare", "--run", "a: seed=3"}, {"--first-seed"}},
    {"compare_other_data", {"compare", "--run", "a", "--run", "b: data.dataset=spirals"}, {"spirals"}},
    {"compare_unknown_field", {"compare", "--run", "a: batchsize=3"}, {"batch_size"}},
    {"compare_no_seeds", {"compare", "--variants", "none", "--seeds", "0"}, {"--seeds"}},
    {"compare_too_many_seeds", {"compare", "--variants", "none", "--seeds", "1000000"}, {"--seeds"}},
    {"compare_no_jobs", {"compare", "--variants", "none", "--jobs", "0"}, {"--jobs"}},
    {"compare_target_nan", {"compare", "--variants", "none", "--target", "nan"}, {"--target"}},
    {"compare_ticks_and_epochs", {"compare", "--variants", "none", "--ticks", "1", "--epochs", "1"}, {"--epochs"}},
    {"compare_has_no_seed", {"compare", "--variants", "none", "--seed", "3"}, {"did you mean --seeds"}},
    {"compare_json_in_a_missing_folder", {"compare", "--variants", "none", "--json", "no/such/a.json"}, {"--json"}},
    {"compare_json_over_csv", {"compare", "--variants", "none", "--json", "a.txt", "--csv", "a.txt"}, {"--json"}},
    {"compare_run_that_fits_no_data",
     {"compare", "--scenario", "regression", "--run", "a: objective.label_smoothing=0.1", "--quiet"},
     {"objective.label_smoothing"}},
    {"sweep_without_axis", {"sweep"}, {"--axis"}},
    {"sweep_three_axes", {"sweep", "--axis", "batch_size=1", "--axis", "ticks=1", "--axis", "seed=1"}, {"--axis", "3"}},
    {"sweep_axis_without_values", {"sweep", "--axis", "dropout.rate"}, {"--axis"}},
    {"sweep_axis_of_no_field", {"sweep", "--axis", "dropout.rat=0,1"}, {"dropout.rate"}},
    {"sweep_axis_value_refused", {"sweep", "--axis", "dropout.rate=0,2"}, {"dropout"}},
    {"sweep_axis_value_twice", {"sweep", "--axis", "dropout.rate=0.5,0.50"}, {"dropout.rate"}},
    {"sweep_over_seeds", {"sweep", "--axis", "seed=1,2"}, {"seed"}},
    {"sweep_range_down", {"sweep", "--axis", "dropout.rate=0.5..0:0.1"}, {"goes up"}},
    {"sweep_shard_from_0", {"sweep", "--axis", "dropout.rate=0,1", "--shard", "0/2", "--json", "a"}, {"--array=1-2"}},
    {"sweep_shard_without_json", {"sweep", "--axis", "dropout.rate=0,1", "--shard", "1/2"}, {"--json"}},
    {"sweep_something_else", {"sweep", "mrege"}, {"did you mean merge"}},
    {"merge_nothing", {"sweep", "merge", "--json", "a.json"}, {"files"}},
    {"merge_to_nowhere", {"sweep", "merge", "a.json"}, {"--json or --csv"}},
    {"merge_onto_a_part", {"sweep", "merge", "a.json", "--json", "./a.json"}, {"--json", "a.json"}},
    {"merge_missing_file", {"sweep", "merge", "no-such.json", "--csv", "a.csv"}, {"no-such.json"}},
    {"merge_unknown_option", {"sweep", "merge", "a.json", "--jsn", "b"}, {"did you mean --json"}},
    {"merge_options_before", {"sweep", "--ticks", "3", "merge", "a.json", "--csv", "b"}, {"--ticks"}},
    {"check_takes_no_words", {"check", "all"}, {"all"}},
    {"window_theme", {"--theme", "pink"}, {"light"}},
    {"window_text_scale_nan", {"--text-scale", "nan"}, {"--text-scale"}},
    {"window_size", {"--size", "100"}, {"--size"}},
    {"headless_script", {"--headless", "--exec", "quit"}, {"--exec"}},
    {"headless_theme", {"--headless", "--theme", "pink"}, {"--theme"}},
    {"window_script", {"--exec", "pley"}, {"pley"}},
};

INSTANTIATE_TEST_SUITE_P(Cli, RefusedWords, ::testing::ValuesIn(kCases),
                         [](const auto& tested) { return tested.param.name; });

TEST(Cli, BadInputLeavesNoFile) {
  const ScratchFolder folder;
  const std::string csv = folder.path("curves.csv");
  run_program({"train", "--csv", csv, "--set", "dropout.rate=2"});
  EXPECT_FALSE(std::filesystem::exists(csv));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Cli, ReaderThatGoesAwayIsNoError) {
  ProgramOptions options;
  options.stdout_reader_gone = true;
  const ProgramResult result = run_program({"list", "variants"}, options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
}

TEST(Cli, TrainingGoesOnToItsFilesWhenNobodyReadsTheTable) {
  const ScratchFolder folder;
  ProgramOptions options;
  options.stdout_reader_gone = true;
  const ProgramResult result = run_program({"train", "--ticks", "50", "--csv", folder.path("a.csv")}, options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(read_file(folder.path("a.csv")), HasSubstr("\n50,"));
}

TEST(Cli, FullDiskBehindStandardOutputIsAFailure) {
  ProgramOptions options;
  options.stdout_path = "/dev/full";
  const ProgramResult result = run_program({"list", "variants"}, options);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err_lines(), 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("standard output"));
}

TEST(Cli, ClosedStreamsDoNotEndUpInFiles) {
  const ScratchFolder folder;
  ProgramOptions options;
  options.closed = {0, 1, 2};
  const ProgramResult result =
      run_program({"train", "--ticks", "5", "--csv", folder.path("a.csv"), "--json", folder.path("a.json")}, options);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(read_file(folder.path("a.csv")).substr(0, 5), "tick,");
  EXPECT_EQ(read_file(folder.path("a.json")).substr(0, 1), "{");
}

TEST(Cli, FileSizeLimitKeepsTheOldFile) {
  const ScratchFolder folder;
  const std::string json = folder.path("a.json");
  ASSERT_EQ(run_program({"train", "--ticks", "3", "--quiet", "--json", json}).exit_code, 0);
  const std::string before = read_file(json);
  ProgramOptions options;
  options.file_size_limit = 100;
  const ProgramResult result = run_program({"train", "--ticks", "4", "--quiet", "--json", json}, options);
  EXPECT_THAT(result.exit_code, ::testing::AnyOf(1, 2));
  EXPECT_EQ(result.err_lines(), 1) << result.err;
  EXPECT_EQ(read_file(json), before);
}

TEST(Cli, NoDisplayEndsWithCodeThreeAndSaysWhatToDo) {
  const ProgramResult result = run_program({});
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_LE(result.err_lines(), 2) << result.err;
  EXPECT_THAT(result.err, HasSubstr("dropscope train"));
}

}  // namespace
}  // namespace dropscope::test
