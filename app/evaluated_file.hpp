/// What a model said of structures, kept so that an evaluation killed at any moment goes on where
/// it was.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "io/extended_xyz.hpp"
#include "surrogate/open.hpp"

namespace mlip::app {

/// Frames of extended XYZ that end whole; one that was torn by a kill is cut off.
class GrowingFile {
 public:
  explicit GrowingFile(std::filesystem::path file);
  /// The next frame that is there already; none after the last one.
  [[nodiscard]] const std::optional<io::Frame>& next() const { return next_; }
  /// It is kept.
  void keep();
  /// Frames that were not kept are cut off; write() adds from there.
  void open();
  void write(const io::Frame& frame);
  void flush();
  void close();
  [[nodiscard]] std::size_t frames() const { return frames_; }

 private:
  void advance();
  void check() const;

  std::filesystem::path file_;
  std::optional<io::FrameReader> reader_;
  std::optional<io::Frame> next_;
  std::size_t whole_ = 0, end_of_next_ = 0, frames_ = 0;
  std::ofstream out_;
};

/// FILE, and FILE's stem with ".failed" for structures without an answer; with ".part" behind their
/// names until all is done.
class EvaluatedFile {
 public:
  /// Goes on from the ".part" files where they are there.  Throws core::UserError where they cannot
  /// be written; so do the others.
  EvaluatedFile(const std::filesystem::path& file, const surrogate::Surrogate& surrogate);

  /// True where the frame, of those of the input the next one, was evaluated before by the same
  /// version of the same model: then it is kept.  False for all behind the first that was not.
  [[nodiscard]] bool has(const io::Frame& frame);
  void write(const io::Frame& frame);
  /// With the key surrogate_failure.
  void write_failure(io::Frame frame, const std::string& reason);
  /// What was written survives a kill.
  void flush();
  /// The files take their names; one of failures only where there are any.
  void finish();

  [[nodiscard]] std::size_t evaluated() const { return good_.frames(); }
  [[nodiscard]] std::size_t failed() const { return bad_.frames(); }
  [[nodiscard]] const std::filesystem::path& failures() const { return failed_file_; }

 private:
  std::filesystem::path file_, failed_file_;
  std::string model_, version_;
  GrowingFile good_, bad_;
  bool resuming_ = true;
};

/// Whether the frame has energy and forces of this version of this model.
[[nodiscard]] bool is_evaluated(const io::Frame& frame, const std::string& model,
                                const std::string& version);

}  // namespace mlip::app
