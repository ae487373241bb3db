#include "core/data/digit_strokes.h"

#include "core/base/check.h"

namespace dropscope {
namespace {

// clang-format off
constexpr PenPoint k0a1[] = {{0.56, 0.05}, {0.27, 0.16}, {0.14, 0.5}, {0.24, 0.84}, {0.5, 0.96}, {0.77, 0.82},
    {0.86, 0.48}, {0.76, 0.17}, {0.52, 0.04}};
constexpr PenStroke k0a[] = {k0a1};
constexpr PenPoint k0b1[] = {{0.64, 0.1}, {0.4, 0.06}, {0.17, 0.3}, {0.13, 0.64}, {0.32, 0.93}, {0.62, 0.92},
    {0.85, 0.64}, {0.83, 0.28}, {0.6, 0.05}, {0.47, 0.12}};
constexpr PenStroke k0b[] = {k0b1};
constexpr DigitStyle k0[] = {{k0a, 0.75}, {k0b, 0.25}};

constexpr PenPoint k1a1[] = {{0.52, 0.03}, {0.5, 0.5}, {0.48, 0.97}};
constexpr PenStroke k1a[] = {k1a1};
constexpr PenPoint k1b1[] = {{0.3, 0.26}, {0.44, 0.14}, {0.54, 0.03, true}, {0.53, 0.5}, {0.52, 0.97}};
constexpr PenStroke k1b[] = {k1b1};
constexpr PenPoint k1c1[] = {{0.3, 0.24}, {0.53, 0.04, true}, {0.52, 0.5}, {0.52, 0.95}};
constexpr PenPoint k1c2[] = {{0.26, 0.96}, {0.5, 0.95}, {0.76, 0.96}};
constexpr PenStroke k1c[] = {k1c1, k1c2};
constexpr DigitStyle k1[] = {{k1a, 0.6}, {k1b, 0.28}, {k1c, 0.12}};

constexpr PenPoint k2a1[] = {{0.18, 0.26}, {0.3, 0.09}, {0.53, 0.04}, {0.76, 0.17}, {0.73, 0.4}, {0.5, 0.68},
    {0.16, 0.95, true}, {0.5, 0.93}, {0.87, 0.94}};
constexpr PenStroke k2a[] = {k2a1};
constexpr PenPoint k2b1[] = {{0.2, 0.22}, {0.36, 0.06}, {0.6, 0.06}, {0.76, 0.24}, {0.68, 0.5}, {0.42, 0.8},
    {0.2, 0.94}, {0.1, 0.84}, {0.24, 0.74}, {0.48, 0.84}, {0.68, 0.93}, {0.9, 0.84}};
constexpr PenStroke k2b[] = {k2b1};
constexpr DigitStyle k2[] = {{k2a, 0.55}, {k2b, 0.45}};

constexpr PenPoint k3a1[] = {{0.2, 0.16}, {0.42, 0.04}, {0.68, 0.1}, {0.72, 0.28}, {0.6, 0.41}, {0.4, 0.46, true},
    {0.64, 0.5}, {0.8, 0.68}, {0.7, 0.88}, {0.44, 0.97}, {0.15, 0.86}};
constexpr PenStroke k3a[] = {k3a1};
constexpr PenPoint k3b1[] = {{0.22, 0.12}, {0.48, 0.04}, {0.74, 0.16}, {0.68, 0.36}, {0.5, 0.46}, {0.7, 0.56},
    {0.79, 0.74}, {0.62, 0.93}, {0.36, 0.96}, {0.14, 0.84}};
constexpr PenStroke k3b[] = {k3b1};
constexpr PenPoint k3c1[] = {{0.2, 0.07}, {0.48, 0.06}, {0.76, 0.06, true}, {0.6, 0.24}, {0.44, 0.41, true},
    {0.68, 0.48}, {0.8, 0.68}, {0.68, 0.9}, {0.42, 0.97}, {0.16, 0.86}};
constexpr PenStroke k3c[] = {k3c1};
constexpr DigitStyle k3[] = {{k3a, 0.55}, {k3b, 0.3}, {k3c, 0.15}};

constexpr PenPoint k4a1[] = {{0.24, 0.05}, {0.2, 0.28}, {0.17, 0.52, true}, {0.5, 0.54}, {0.88, 0.5}};
constexpr PenPoint k4a2[] = {{0.74, 0.1}, {0.7, 0.5}, {0.64, 0.97}};
constexpr PenStroke k4a[] = {k4a1, k4a2};
constexpr PenPoint k4b1[] = {{0.62, 0.05}, {0.4, 0.32}, {0.12, 0.64, true}, {0.5, 0.64}, {0.9, 0.62}};
constexpr PenPoint k4b2[] = {{0.64, 0.05}, {0.64, 0.5}, {0.62, 0.97}};
constexpr PenStroke k4b[] = {k4b1, k4b2};
constexpr DigitStyle k4[] = {{k4a, 0.65}, {k4b, 0.35}};

constexpr PenPoint k5a1[] = {{0.3, 0.08}, {0.26, 0.26}, {0.22, 0.45, true}, {0.46, 0.37}, {0.74, 0.48},
    {0.8, 0.7}, {0.62, 0.92}, {0.36, 0.96}, {0.14, 0.86}};
constexpr PenPoint k5a2[] = {{0.3, 0.07}, {0.56, 0.07}, {0.84, 0.04}};
constexpr PenStroke k5a[] = {k5a1, k5a2};
constexpr PenPoint k5b1[] = {{0.84, 0.06}, {0.58, 0.06}, {0.32, 0.08, true}, {0.28, 0.26}, {0.25, 0.42, true},
    {0.5, 0.38}, {0.76, 0.54}, {0.74, 0.8}, {0.48, 0.96}, {0.16, 0.9}};
constexpr PenStroke k5b[] = {k5b1};
constexpr DigitStyle k5[] = {{k5a, 0.6}, {k5b, 0.4}};

constexpr PenPoint k6a1[] = {{0.68, 0.03}, {0.42, 0.2}, {0.22, 0.5}, {0.2, 0.78}, {0.42, 0.96}, {0.68, 0.9},
    {0.78, 0.7}, {0.62, 0.54}, {0.4, 0.58}, {0.22, 0.76}};
constexpr PenStroke k6a[] = {k6a1};
constexpr PenPoint k6b1[] = {{0.52, 0.03}, {0.34, 0.3}, {0.22, 0.64}, {0.3, 0.9}, {0.54, 0.96}, {0.76, 0.82},
    {0.7, 0.6}, {0.48, 0.56}, {0.28, 0.7}};
constexpr PenStroke k6b[] = {k6b1};
constexpr DigitStyle k6[] = {{k6a, 0.65}, {k6b, 0.35}};

constexpr PenPoint k7a1[] = {{0.14, 0.12}, {0.46, 0.1}, {0.84, 0.07, true}, {0.66, 0.38}, {0.52, 0.66}, {0.42, 0.97}};
constexpr PenStroke k7a[] = {k7a1};
constexpr PenPoint k7b1[] = {{0.14, 0.1}, {0.48, 0.09}, {0.84, 0.07, true}, {0.64, 0.4}, {0.5, 0.68}, {0.4, 0.97}};
constexpr PenPoint k7b2[] = {{0.34, 0.52}, {0.54, 0.5}, {0.78, 0.48}};
constexpr PenStroke k7b[] = {k7b1, k7b2};
constexpr PenPoint k7c1[] = {{0.15, 0.28}, {0.18, 0.1, true}, {0.46, 0.1}, {0.8, 0.08}, {0.78, 0.3}, {0.64, 0.62},
    {0.58, 0.97}};
constexpr PenStroke k7c[] = {k7c1};
constexpr DigitStyle k7[] = {{k7a, 0.6}, {k7b, 0.22}, {k7c, 0.18}};

constexpr PenPoint k8a1[] = {{0.74, 0.16}, {0.52, 0.04}, {0.28, 0.12}, {0.28, 0.3}, {0.5, 0.45}, {0.74, 0.62},
    {0.76, 0.84}, {0.5, 0.97}, {0.25, 0.85}, {0.28, 0.64}, {0.52, 0.46}, {0.74, 0.3}, {0.73, 0.14}};
constexpr PenStroke k8a[] = {k8a1};
constexpr PenPoint k8b1[] = {{0.5, 0.46}, {0.28, 0.32}, {0.3, 0.12}, {0.52, 0.03}, {0.74, 0.14}, {0.72, 0.32},
    {0.5, 0.46}, {0.25, 0.62}, {0.22, 0.84}, {0.5, 0.97}, {0.77, 0.84}, {0.75, 0.62}, {0.52, 0.47}};
constexpr PenStroke k8b[] = {k8b1};
constexpr DigitStyle k8[] = {{k8a, 0.6}, {k8b, 0.4}};

constexpr PenPoint k9a1[] = {{0.74, 0.2}, {0.54, 0.05}, {0.3, 0.14}, {0.22, 0.34}, {0.36, 0.5}, {0.58, 0.44},
    {0.76, 0.2, true}, {0.74, 0.55}, {0.66, 0.97}};
constexpr PenStroke k9a[] = {k9a1};
constexpr PenPoint k9b1[] = {{0.74, 0.22}, {0.54, 0.04}, {0.28, 0.14}, {0.25, 0.38}, {0.46, 0.5}, {0.7, 0.36},
    {0.77, 0.16}, {0.8, 0.5}, {0.68, 0.84}, {0.44, 0.96}, {0.24, 0.9}};
constexpr PenStroke k9b[] = {k9b1};
constexpr PenPoint k9c1[] = {{0.72, 0.16}, {0.48, 0.05}, {0.26, 0.22}, {0.34, 0.45}, {0.6, 0.42},
    {0.75, 0.18, true}, {0.66, 0.55}, {0.5, 0.97}};
constexpr PenStroke k9c[] = {k9c1};
constexpr DigitStyle k9[] = {{k9a, 0.45}, {k9b, 0.3}, {k9c, 0.25}};

// clang-format on
constexpr std::span<const DigitStyle> kDigits[] = {k0, k1, k2, k3, k4, k5, k6, k7, k8, k9};

}  // namespace

std::span<const DigitStyle> digit_styles(int digit) {
  DROPSCOPE_CHECK(digit >= 0 && digit <= 9);
  return kDigits[digit];
}

}  // namespace dropscope
