// A transformer block as people draw it, from top to bottom: a matrix for each head of its attention, what that adds to
// the stream, the feed-forward part and what it adds, and what leaves the block.
#pragma once
#include <array>

#include "app/scene/columns/parts.h"

namespace dropscope {

// What a block is made of. Sites are indices into Snapshot::sites, -1 where no noise acts.
struct TransformerBlock {
  const PartView* attention = nullptr;  // never null in a column that the form fits
  const PartView* attention_sum = nullptr;
  const PartView* feed_forward = nullptr;
  const PartView* feed_forward_sum = nullptr;
  int heads = 1, steps = 1;
  int width = 1, hidden = 1;  // units of a step in the stream and in the feed-forward part
  bool causal = false;
  int weights_site = -1, heads_site = -1, attention_branch = -1, hidden_site = -1, feed_forward_branch = -1;

  bool hides(int query, int key) const { return causal && key > query; }
  std::uint32_t cell(int head, int query, int key) const { return std::uint32_t((head * steps + query) * steps + key); }
};
TransformerBlock transformer_block(const Snapshot& snapshot, std::size_t layer);
// One coin closes the whole branch of the example shown.
bool is_closed(const Snapshot& snapshot, int branch, const PartView* sum);
// One coin for all that a head gives.
bool is_one_coin(const SiteView& site);

// What the tiles of a column are; an empty one is not drawn. Each head has three.
enum TransformerTile : std::size_t {
  kAttentionBox,
  kFeedForwardBox,
  kAttentionAdds,
  kHiddenUnits,
  kFeedForwardAdds,
  kLeaves,
  kEnlarged,  // the matrix of the head of the gate that is selected, where it would be small otherwise
  kEnlargedSums,
  kEnlargedCaption,
  kEnlargedOf,  // where that head is drawn small
  kBypass,      // its left side is where bypasses run, its right side the middle of the stream
  kWords,       // as high as the words above strips are; empty where there are none
  kHeads
};
enum HeadTile : std::size_t { kMatrix, kSums, kCaptionOfHead, kHeadTiles };
inline Rect head_tile(const ColumnLayout& layout, int head, HeadTile which) {
  const std::size_t at = kHeads + std::size_t(head) * kHeadTiles + which;
  return at < layout.tiles.size() ? layout.tiles[at] : Rect{};
}
// The head shown larger, -1 where none is.
int enlarged_head(const TransformerBlock& block, const ColumnLayout& layout);

void paint_transformer(const FormContext& column, const ColumnLayout& layout, DisplayList& list);

}  // namespace dropscope
