// Who goes first where threads share a processor.
#pragma once

namespace dropscope {

// The calling thread lets others of the machine go first from now on, as far as the system can do that for a single
// thread; else nothing happens. What it computes does not depend on it. `niceness`: how much, 1 .. 19.
void yield_to_others(int niceness = 5);

}  // namespace dropscope
