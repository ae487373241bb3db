#include "app/cli/uncertainty_text.h"

#include <algorithm>
#include <cmath>

namespace dropscope::cli {
namespace {

constexpr std::size_t kMostRows = 40;  // of classes; files have them all

// A name and a number, in columns.
std::string line(const std::string& name, double value) {
  return name + std::string(name.size() < 40 ? 40 - name.size() : 1, ' ') + table_number(value) + "\n";
}

std::string probe_text(const Dataset& data, const UncertaintyReport& report) {
  const ProbeDoubt& probe = report.probe;
  std::string text = "\n" + std::string(24, ' ') + "        mean   deviation\n";
  for (std::size_t k = 0; k < std::min(probe.mean.size(), kMostRows); ++k) {
    const std::string name = output_name(data, k);
    text += name + std::string(name.size() < 24 ? 24 - name.size() : 1, ' ') + table_number(probe.mean[k]) +
            table_number(probe.deviation[k]) + "\n";
  }
  if (probe.mean.size() > kMostRows)
    text += "... " + std::to_string(probe.mean.size() - kMostRows) + " more in the files\n";
  if (report.classes)
    text += line("predictive entropy (nats)", probe.predictive_entropy) +
            line("expected entropy", probe.expected_entropy) + line("mutual information", probe.mutual_information) +
            line("share of masks outvoted", probe.variation_ratio);
  return text + line("distance to the nearest example", probe.distance) +
         (probe.outside ? "It lies outside the box of the training examples.\n"
                        : "It lies inside the box of the training examples.\n");
}

std::string band_text(const UncertaintyReport& r) {
  std::string text = "\nBand of " + std::to_string(r.x.size()) + " points; training inputs from " +
                     csv_number(float(r.train_lo)) + " to " + csv_number(float(r.train_hi)) + "\n";
  for (const auto& [from, to] : r.gaps)
    text += "Gap from " + csv_number(float(from)) + " to " + csv_number(float(to)) + "\n";
  return text + line("deviation where there are examples", r.deviation_inside) +
         line("deviation in gaps", r.deviation_gap) + line("deviation beyond all examples", r.deviation_outside) +
         line("error where there are examples", r.error_inside) + line("error in gaps", r.error_gap);
}

std::string map_text(const UncertaintyReport& r) {
  return "\nMap of " + std::to_string(r.grid.columns) + " x " + std::to_string(r.grid.rows) + " points\n" +
         line("mutual information near examples", r.information_near) +
         line("mutual information away from them", r.information_far) + line("entropy near examples", r.entropy_near) +
         line("entropy at the edge", r.entropy_edge);
}

std::string examples_text(const UncertaintyReport& r) {
  const std::size_t n = std::max(r.example_wrong.size(), r.example_deviation.size());
  std::string text = "\n" + std::to_string(n) + " validation examples\n";
  if (!r.classes) return text + line("error of the mean (root mean square)", r.example_error);
  const auto wrong = std::count(r.example_wrong.begin(), r.example_wrong.end(), std::uint8_t(1));
  return text + line("share that is wrong", double(wrong) / double(n)) +
         line("mutual information, right", r.information_right) +
         line("mutual information, wrong", r.information_wrong);
}

}  // namespace

double map_x(const UncertaintyReport& report, int column) {
  return report.grid.x0 + (report.grid.x1 - report.grid.x0) * column / (report.grid.columns - 1);
}
double map_y(const UncertaintyReport& report, int row) {
  return report.grid.y1 + (report.grid.y0 - report.grid.y1) * row / (report.grid.rows - 1);
}

std::string uncertainty_text(const AskedRun& run, const UncertaintyReport& report) {
  const std::string text = asked_heading(run) + std::to_string(report.passes) + " masks\n" +
                           probe_text(*run.data, report) +
                           (report.kind == UncertaintyKind::Band  ? band_text(report)
                            : report.kind == UncertaintyKind::Map ? map_text(report)
                                                                  : examples_text(report));
  return text + "\n" + report.caveat + "\n";
}

std::string uncertainty_csv(const UncertaintyReport& r) {
  std::string text;
  const auto row = [&text](const auto&... values) {
    std::string line;
    ((line += (line.empty() ? "" : ",") + csv_number(values)), ...);
    text += line + "\n";
  };
  if (r.kind == UncertaintyKind::Band) {
    text = "x,mean,deviation\n";
    for (std::size_t i = 0; i < r.x.size(); ++i) row(r.x[i], r.mean[i], r.deviation[i]);
  } else if (r.kind == UncertaintyKind::Map) {
    text = std::string("x,y,entropy,mutual_information,winner,deviation") + (r.p1.empty() ? "\n" : ",p1\n");
    for (std::size_t i = 0; i < r.entropy.size(); ++i) {
      const int columns = r.grid.columns;
      const float x = float(map_x(r, int(i) % columns)), y = float(map_y(r, int(i) / columns));
      const float winner = r.winner[i];
      if (r.p1.empty())
        row(x, y, r.entropy[i], r.mutual_information[i], winner, r.deviation_p[i]);
      else
        row(x, y, r.entropy[i], r.mutual_information[i], winner, r.deviation_p[i], r.p1[i]);
    }
  } else if (r.classes) {
    text = "example,entropy,mutual_information,wrong\n";
    for (std::size_t i = 0; i < r.example_wrong.size(); ++i)
      row(double(i), r.example_entropy[i], r.example_information[i], double(r.example_wrong[i]));
  } else {
    text = "example,deviation\n";
    for (std::size_t i = 0; i < r.example_deviation.size(); ++i) row(double(i), r.example_deviation[i]);
  }
  return text;
}

}  // namespace dropscope::cli
