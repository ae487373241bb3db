// One update explained with its own numbers: copies of the buffers that the very update wrote, for the example shown.
// Nothing here is computed a second time for display, except what says so.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dropscope {

struct TraceView {
  // One for each of Snapshot::layers. Empty where the update has not come that far.
  struct Layer {
    std::vector<float> dy;  // gradient of the mean loss by the column's output, after its noise
    // By its output before the noise: scale * gate * dy; exactly 0 where dropped. Layers write dz over it, so it is
    // made of dy and the gates by the function that the backward pass calls; and so is dz of convolutions, of dh.
    std::vector<float> dh;
    std::vector<float> dz;  // by the pre-activation, where there is one; no layer that works step by step has it
    // Of the matrix that LayerView::weights shows, as [unit][input]: the gradient over the whole batch, and the weights
    // that the update started from (only at its end).
    std::shared_ptr<const std::vector<float>> weight_gradient, weights_before;
    std::vector<float> bias_before;
    // Of all weights of the column, whether drawn or not: how many received a gradient of exactly 0. At Update the
    // penalties of learned rates have been added, so that there are fewer than at the last beat backward.
    std::int64_t still_weights = 0, weights = 0;
  };
  std::vector<Layer> layers;

  std::int32_t label = -1;      // of the example shown; -1 for regression. With a label for each step: of output_step
  std::vector<float> target;    // regression
  int output_step = -1;         // the step whose output is shown, where there is one for each; else -1
  std::vector<float> logits;    // as recorded; empty before the forward pass has ended
  std::vector<float> outputs;   // class probabilities of these logits, or the logits themselves
  // Without smoothing, the mean over the example's steps that are scored where there is one for each; NaN before the
  // loss is reached.
  double example_loss = 0;
  double batch_loss = 0;        // the mean that is minimised, of the update shown; NaN before

  // The unit asked for with ShowUnit. Computed for display, by passes that change nothing: what it passes on without
  // masks, and with other masks again and again.
  struct Study {
    int layer = -1, unit = -1;
    double eval = 0;                 // as inference passes it on, for the same example
    std::vector<float> running_mean; // after 1, 2, ... passes with masks of their own
    double deviation = 0;            // of single passes
    int passes() const { return int(running_mean.size()); }
  } study;
};

}  // namespace dropscope
