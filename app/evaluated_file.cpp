#include "app/evaluated_file.hpp"

#include <fmt/format.h>

#include "app/frames.hpp"
#include "core/error.hpp"

namespace mlip::app {

namespace {

std::filesystem::path part_of(const std::filesystem::path& file) {
  return file.string() + ".part";
}

std::filesystem::path failures_of(const std::filesystem::path& file) {
  return file.parent_path() / (file.stem().string() + ".failed" + file.extension().string());
}

bool is_of(const io::Frame& frame, const std::string& model, const std::string& version) {
  return info_or<std::string>(frame, "surrogate", "") == model &&
         info_or<std::string>(frame, "surrogate_version", "") == version;
}

bool same_atoms(const core::Structure& a, const core::Structure& b) {
  return a.numbers == b.numbers && a.positions == b.positions && a.cell == b.cell;
}

}  // namespace

bool is_evaluated(const io::Frame& frame, const std::string& model, const std::string& version) {
  return frame.labels.energy && frame.labels.forces.size() == frame.structure.size() &&
         is_of(frame, model, version);
}

GrowingFile::GrowingFile(std::filesystem::path file) : file_(std::move(file)) {
  if (!std::filesystem::exists(file_)) return;
  reader_.emplace(file_);
  advance();
}

void GrowingFile::advance() {
  try {
    next_ = reader_->next();
  } catch (const core::UserError&) {  // torn
    next_.reset();
  }
  // A last line without its end may be a number cut short.
  end_of_next_ = next_ ? reader_->position() : 0;
  if (end_of_next_ == 0) next_.reset();
}

void GrowingFile::keep() {
  whole_ = end_of_next_;
  ++frames_;
  advance();
}

void GrowingFile::open() {
  reader_.reset();
  next_.reset();
  std::error_code ignored;
  if (std::filesystem::exists(file_)) std::filesystem::resize_file(file_, whole_, ignored);
  out_.open(file_, std::ios::app);
  check();
}

void GrowingFile::write(const io::Frame& frame) {
  io::write_extended_xyz(out_, frame);
  ++frames_;
  check();
}

void GrowingFile::flush() {
  out_.flush();
  check();
}

void GrowingFile::close() {
  out_.close();
  check();
}

void GrowingFile::check() const {
  if (!out_)
    throw core::UserError(core::ExitCode::failed, fmt::format("cannot write '{}'", file_.string()),
                          "choose a folder that exists and can be written, on a disk with space; "
                          "the same command again goes on from here");
}

EvaluatedFile::EvaluatedFile(const std::filesystem::path& file,
                             const surrogate::Surrogate& surrogate)
    : file_(file),
      failed_file_(failures_of(file)),
      model_(surrogate.model),
      version_(surrogate.version),
      good_(part_of(file_)),
      bad_(part_of(failed_file_)) {}

bool EvaluatedFile::has(const io::Frame& frame) {
  if (!resuming_) return false;
  for (GrowingFile* file : {&good_, &bad_}) {
    const auto& next = file->next();
    if (!next || !same_atoms(next->structure, frame.structure) || !is_of(*next, model_, version_))
      continue;
    file->keep();
    return true;
  }
  resuming_ = false;
  good_.open();
  bad_.open();
  return false;
}

void EvaluatedFile::write(const io::Frame& frame) {
  good_.write(frame);
}

void EvaluatedFile::write_failure(io::Frame frame, const std::string& reason) {
  frame.labels = {};
  frame.info.erase("energy");
  frame.info["surrogate"] = model_;
  frame.info["surrogate_version"] = version_;
  frame.info["surrogate_failure"] = reason;
  bad_.write(frame);
}

void EvaluatedFile::flush() {
  if (resuming_) return;
  good_.flush();
  bad_.flush();
}

void EvaluatedFile::finish() {
  if (resuming_) {
    good_.open();
    bad_.open();
  }
  good_.close();
  bad_.close();
  std::filesystem::rename(part_of(file_), file_);
  if (failed() > 0) {
    std::filesystem::rename(part_of(failed_file_), failed_file_);
  } else {
    std::filesystem::remove(part_of(failed_file_));
    std::filesystem::remove(failed_file_);  // of an earlier evaluation
  }
}

}  // namespace mlip::app
