// What the measurements that train share: digits from files, and runs that tell how far they are.
#pragma once
#include <memory>
#include <string>

#include "core/reproduce/figure.h"
#include "core/train/trainer.h"

namespace dropscope::reproduction {

// All digits of the folder. Throws InputError. A quick run keeps 1000 to learn from and 500 to test on.
std::shared_ptr<const Dataset> load_digits(const Circumstances& given, PixelRange pixels);

// The first `count` training examples of a permutation drawn for the seed; all of them where there are fewer.
std::shared_ptr<const Dataset> some_of(const Dataset& data, int count, std::uint64_t seed);

// The same images with themselves as targets.
std::shared_ptr<const Dataset> autoencoding(const Dataset& data);

// A classifier of digits with hidden layers of these widths (ReLU), Adam at 1e-3, batches of 100.
RunSpec classifier(std::initializer_list<int> widths, std::uint64_t seed, std::int64_t ticks);

// A hundredth of the ticks in a quick run, at least 5.
std::int64_t shortened(const Circumstances& given, std::int64_t ticks);

// Trains to spec.ticks. Null where the run was lost on the way.
std::unique_ptr<Trainer> trained(const RunSpec& spec, std::shared_ptr<const Dataset> data, const Circumstances& given,
                                 const std::string& what);

// Share of all validation examples that are wrong without masks, in per cent.
double test_error(const Trainer& trainer);

}  // namespace dropscope::reproduction
