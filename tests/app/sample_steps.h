// Made-up snapshots within an update, as Step mode shows them: what has not been reached is missing, and a trace has
// gradients that follow from the values.
#pragma once
#include "tests/app/sample_snapshot.h"

namespace dropscope {

// Of a whole snapshot in the train view: the beat `phase`, of `column` where that is Forward or Backward. The trace has
// everything up to there. Weights whose unit or input was dropped get a gradient of exactly 0.
Snapshot at_beat(Snapshot whole, Phase phase, int column = -1);

// Turns the noise on units off and gives the weights into `layer` gates of their own (DropConnect) at this rate.
void drop_weights(Snapshot& snapshot, std::size_t layer, double rate);

}  // namespace dropscope
