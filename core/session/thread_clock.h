// What work costs, told by the processor's clock of one thread.
#pragma once

namespace dropscope {

// Seconds that the calling thread has had of a core so far; only differences mean anything. Unlike the wall's clock it
// does not count what other threads and programs did meanwhile, so that costs can be compared whoever went first.
double thread_seconds();

}  // namespace dropscope
