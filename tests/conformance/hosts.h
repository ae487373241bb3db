// The engine's host networks by the names that the conformance tests use.
#pragma once
#include "core/train/host_networks.h"

namespace dropscope::conformance {

using Host = HostNetwork;
inline ArchSpec layers(const std::string& text, Activation activation) { return layers_of(text, activation); }
inline std::vector<Host> hosts_of(SiteKind kind, Activation activation = Activation::Tanh) {
  return host_networks(kind, activation);
}

}  // namespace dropscope::conformance
