// Validation images as tiles with the predicted class, its probability and a mark for right or wrong.
#pragma once
#include <span>

#include "app/scene/card.h"
#include "core/session/snapshot.h"

namespace dropscope {

// Needs snapshot.data->image. As many tiles as fit at a readable size, from the first one on; of images
// with several channels the first channel is shown.
DisplayList build_tile_sheet(const Snapshot& snapshot, Rect area, const CardStyle& style, const TextMeasure& measure);

// One input as a picture: its first channel, [row, column], dark where it is 0.
draw::Image input_image(std::span<const float> input, const ImageShape& shape, PixelRange range, Rect rect,
                        const Palette& palette);

}  // namespace dropscope
