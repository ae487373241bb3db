// Who goes first where threads share a processor.
#pragma once

namespace dropscope {

// The calling thread lets others of the machine go first from now on, as far as the system can do that for a single
// thread; else nothing happens. What it computes does not depend on it. `niceness`: how much, 1 .. 19; 10 is what the
// command nice does.
void yield_to_others(int niceness = 10);

}  // namespace dropscope
