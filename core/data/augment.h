// Training examples varied anew each time they are used. Pure functions of the example and of a place in the stream of
// random numbers.
#pragma once
#include <span>
#include <vector>

#include "core/random/uniforms.h"
#include "core/spec/data_form.h"
#include "core/spec/data_spec.h"
#include "core/spec/training_spec.h"

namespace dropscope {

inline bool varies(const AugmentSpec& spec) { return spec.shift > 0 || spec.rotation > 0 || spec.jitter > 0; }

// Throws InputError, naming the field: shifts and turns are for images, jitter for all but words.
void check_augment(const AugmentSpec& spec, const DataForm& form);

// The value of a pixel where nothing is drawn.
constexpr float background_of(PixelRange range) { return range == PixelRange::ZeroOne ? 0.0f : -1.0f; }

// Varies one example in place. Images are turned about their centre (bilinear), then shifted by whole pixels; what
// comes in from outside is background. Then noise is added to every input. `scratch` keeps memory from call to call.
void augment(const AugmentSpec& spec, const DataForm& form, float background, const Uniforms& draws, std::span<float> x,
             std::vector<float>& scratch);

}  // namespace dropscope
