/// What a task of the cluster does: labels one chunk.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "dft/cluster/batch_folder.hpp"

namespace mlip::dft {

/// Which chunk, and as which attempt.
struct ChunkTask {
  int chunk = 0;
  int attempt = 1;
};

/// Labels what has no outcome in the chunk's ledger yet and writes done.json.  Structures that fail
/// for want of memory get no outcome: another task, with more of it, is to try them.  While another
/// process labels the same chunk it waits for that one's end.  Returns false when it was asked to
/// stop first (then there is no done.json).  A core::UserError of the oracle or of opening it goes
/// to done.json and on to the caller.
bool label_chunk(const BatchFolder& batch, const ChunkTask& task,
                 const std::function<std::shared_ptr<const Oracle>()>& open, std::stop_token stop);

}  // namespace mlip::dft
