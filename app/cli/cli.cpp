#include "app/cli/cli.h"

#include <exception>
#include <new>
#include <string>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/platform/gl_context.h"
#include "core/base/check.h"

namespace dropscope {
namespace {

struct RunCommand {
  int operator()(const cli::WindowWords& words) const { return cli::run_window_command(words); }
  int operator()(const cli::HeadlessWords& words) const { return cli::run_headless_command(words); }
  int operator()(const cli::TrainWords& words) const { return cli::run_train_command(words); }
  int operator()(const cli::RenderWords& words) const { return cli::run_render_command(words); }
  int operator()(const cli::ListWords& words) const { return cli::run_list_command(words); }
  int operator()(const cli::ReproduceWords& words) const { return cli::run_reproduce_command(words); }
  int operator()(const cli::CompareWords& words) const { return cli::run_compare_command(words); }
  int operator()(const cli::SweepWords& words) const { return cli::run_sweep_command(words); }
  int operator()(const cli::MergeWords& words) const { return cli::run_merge_command(words); }
  int operator()(const cli::EnsembleWords& words) const { return cli::run_ensemble_command(words); }
  int operator()(const cli::UncertaintyWords& words) const { return cli::run_uncertainty_command(words); }
  int operator()(const cli::CheckWords& words) const { return cli::run_check_command(words); }
  int operator()(const cli::Finished& finished) const { return finished.exit_code; }
};

}  // namespace

int run_cli(int argc, char** argv) {
  try {
    cli::prepare_standard_streams();
    return std::visit(RunCommand{}, cli::parse_words(argc, argv));
  } catch (const InputError& error) {
    cli::print_error(error.what());
    return cli::kBadInput;
  } catch (const DisplayError& error) {
    cli::print_error(error.what());
    cli::print_error(error.hint());
    return cli::kNoDisplay;
  } catch (const std::bad_alloc&) {
    cli::print_error("not enough memory for this run; fewer examples or smaller layers need less");
    return cli::kFailed;
  } catch (const std::exception& error) {
    cli::print_error(error.what());
    return cli::kFailed;
  }
}

}  // namespace dropscope
