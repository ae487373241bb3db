// What there is to measure. Each function measures its figures once, for about `seconds` each, and adds them
// to the record; the names are those that main.cpp makes its table of.
#pragma once
#include <string>
#include <vector>

#include "core/session/snapshot.h"
#include "tests/bench/harness.h"

namespace dropscope::bench {

// Workload NAME on T threads, through Trainer with phases and metrics, as "NAME 1T" (per second of the training
// thread's time) and "NAME 2T" (per second of the wall's).
void measure_training(const std::string& workload, int threads, double seconds, Record& record);
// B in a Session: "B session" with nobody looking, "B at 60 Hz" with a reader who takes 60 snapshots a
// second and surfaces being made; ticks per second of the training thread's time.
void measure_session(double seconds, Record& record);
// "masks", in nanoseconds per element; "products", GFLOP/s of AK's largest; "peak", of nothing but FMAs.
void measure_kernels(double seconds, Record& record);
// "snapshot", "snapshot A", "surface": milliseconds. "snapshot KB", "snapshot A KB": what one holds itself.
void measure_snapshots(double seconds, Record& record);
// "scene", "scene 20000", "scene wide", "scene step", "plots": milliseconds to lay out and build what one frame shows.
// Only with the app.
void measure_pictures(double seconds, Record& record);

// "frame SCENARIO p99" by the clock, "... cpu" and "... build" of the window's thread, milliseconds, after `seconds` of
// training at full speed in a window of 1600 x 900. False where there is no Xvfb. Only with the app.
bool measure_frames(double seconds, Record& record);
const std::vector<std::string>& frame_scenarios();

// For "default" (the scenario moons) and "A": "X recent step", "X old step", "X step from there", milliseconds, the
// longest of some; "X alone" and "X on a timeline", ticks per second of the thread's time; "X checkpoints", megabytes;
// "X ticks" of the past that was walked in.
void measure_steps_back(double seconds, Record& record);

// "monte carlo map", milliseconds.
void measure_monte_carlo(double seconds, Record& record);

// A variant at work at one kind of site: "NAME with" and "NAME without", seconds per tick.
struct VariantCost {
  const Variant* variant;
  SiteKind kind;
  std::string name;
};
std::vector<VariantCost> variant_costs();
void measure_variant_costs(double seconds, Record& record);

// A snapshot with surface of this spec's network after some ticks on made-up data.
Snapshot snapshot_of(const RunSpec& spec, const std::string& workload);

}  // namespace dropscope::bench
