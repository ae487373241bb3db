// Residual blocks as people draw them: a box for the branch, an arc around it, and what leaves the block.
#pragma once
#include <cstddef>

#include "app/scene/network_scene.h"

namespace dropscope {

// A bypass and one branch; blocks with attention have a form of their own.
bool is_residual_block(const Snapshot& snapshot, std::size_t layer);

// The coin that a block's whole branch has.
struct BlockGate {
  int site = -1;       // into Snapshot::sites; -1: the branch is always taken
  bool known = false;  // the coin of the pass shown has been tossed
  bool open = true;    // where not known: true
  double keep = 1;     // P(kept)
};
BlockGate block_gate(const Snapshot& snapshot, std::size_t layer);

// How deep the network is in the pass shown.
struct EffectiveDepth {
  int now = 0, of = 0;   // blocks whose branch is taken, and all of them
  double expected = 0;   // of `now`: the sum of the chances to be kept
  bool varies = false;   // some block has a coin
  bool known = true;     // every coin has been tossed
};
EffectiveDepth effective_depth(const Snapshot& snapshot);

// What the tiles of a column are.
enum BlockTile : std::size_t {
  kBlockBox,       // the branch
  kBlockStrip,     // what leaves the block
  kBlockArc,       // the bypass: from the left end of the arc to its right end, from its top to its feet
  kBlockChance,    // "0.97"
  kBlockCaption,   // what these numbers are
  kBlockHeadline,  // "depth now 13/16"
  kBlockTiles
};

}  // namespace dropscope
