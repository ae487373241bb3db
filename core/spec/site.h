// A site is a place in a network where noise may act. Layers expose sites; a dropout plan names them.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "core/base/names.h"
#include "core/spec/arch_spec.h"

namespace dropscope {

// What the noise of a site multiplies, and its shape (Sample always first, extent 1 where a mask is shared by
// the batch):
enum class SiteKind : std::uint8_t {
  Input,             // the data: [Sample, Unit], [Sample, Channel, Row, Col] or [Sample, Time, Unit]
  Hidden,            // a layer's output: [Sample, Unit]
  FeatureMap,        // [Sample, Channel, Row, Col]
  Sequence,          // a value for each step: [Sample, Time, Unit]
  Weight,            // [Sample, Out, In]
  RecurrentWeight,   // from the state to all gates: [Sample, Out, In]
  ResidualBranch,    // what a branch adds to its bypass: the shape of the trunk
  RecurrentState,    // h of the step before on its way into the recurrent weights: [Sample, Time, Unit]
  StateUpdate,       // h as it is updated; held: h of the step before
  CellState,         // c of an LSTM as it is updated; held: c of the step before
  CellUpdate,        // the candidate that enters the memory
  Embedding,         // rows of the embedding table, a row for each word: [Sample, In, Out]
  AttentionWeights,  // after the softmax: [Sample, Head, Query, Key]
  HeadOutput         // what a head contributes: [Sample, Head, Time, Unit]
};
inline constexpr int kSiteKindCount = 14;
// Noise of these acts on what all examples read: weights, or rows of a table.
constexpr bool acts_on_table(SiteKind kind) {
  return kind == SiteKind::Weight || kind == SiteKind::RecurrentWeight || kind == SiteKind::Embedding;
}
template <>
std::span<const char* const> enum_names<SiteKind>();

class SiteKinds {
 public:
  static constexpr SiteKinds all() {
    SiteKinds kinds{};
    kinds.bits_ = (1u << kSiteKindCount) - 1;
    return kinds;
  }
  constexpr SiteKinds(std::initializer_list<SiteKind> kinds) {
    for (SiteKind k : kinds) bits_ = std::uint16_t(bits_ | (1u << int(k)));
  }
  constexpr bool has(SiteKind k) const { return (bits_ >> int(k)) & 1u; }

 private:
  std::uint16_t bits_ = 0;
};

// A site as a spec alone tells it. Layer names are those of the expanded network: an entry that stands for
// several blocks gives sites block1 .. blockN.
struct SiteName {
  std::string name;  // "input", "hidden1", "hidden1.weight", "block3.attention"
  SiteKind kind = SiteKind::Hidden;
  int block = 0;  // residual blocks are numbered from 1 by depth; 0 elsewhere
  // A layer's plain output, which the short form dropout.rate means.
  bool is_output_of_hidden = false;
};

// Every site of the network, from the inputs to the outputs. The order is that of Network::sites().
std::vector<SiteName> site_names(const ArchSpec& spec);
// The number of residual blocks, for rates that change with depth.
int block_count(const ArchSpec& spec);

}  // namespace dropscope
