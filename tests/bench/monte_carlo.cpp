// The map of uncertainty that a live picture shows: 64 x 64 points, 100 passes of 2-16-16-2.
#include "core/analysis/monte_carlo.h"

#include "core/dropout/registry.h"
#include "tests/bench/measurements.h"
#include "tests/bench/workloads.h"

namespace dropscope::bench {

void measure_monte_carlo(double seconds, Record& record) {
  const Trainer trainer(workload_spec("B"), workload_data("B"));
  MonteCarloPlan plan;
  plan.passes = 100;
  double sum = 0;  // so that nothing is left out for lack of use
  record.add("monte carlo map", 1e3 * seconds_per_call(seconds, [&] {
                                  sum += uncertainty_map(model_of(trainer), {}, plan).mutual_information.front();
                                }));
  record.add("monte carlo sum", sum);
}

}  // namespace dropscope::bench
