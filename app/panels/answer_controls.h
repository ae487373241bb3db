// The rows of controls above a topic of the Ensemble mode: which input, how many masks, whose units, what is trained
// beside. Used by app/panels/answers.cpp only.
#pragma once
#include "app/panels/panel.h"
#include "app/scene/answers/sheet.h"

namespace dropscope {

// As many beside each other as have room; `sheet` says which.
void draw_answer_controls(const FrameInput& in, const AnswerSheet& sheet, IntentSink& sink);

// Which of the `count` examples the probe is, "13 of 500", or that it is none of them.
std::string probe_words(const ProbeView& probe, std::size_t count);

// Networks are being trained beside the run.
bool trains_beside(const FrameInput& in);

}  // namespace dropscope
