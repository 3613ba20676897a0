// The plugin's only door.  What is thrown inside ends here as a line of text.
#include <ATen/Parallel.h>
#include <omp.h>
#include <torch/csrc/jit/python/update_graph_executor_opt.h>
#include <torch/version.h>

#include <cstring>
#include <exception>

#include "model.hpp"

namespace mlip::torch_host {

namespace {

using surrogate::TorchComplaint;
using surrogate::TorchDescription;
using surrogate::TorchInterface;

void say(const TorchComplaint& complaint, const std::string& text) {
  const std::string line = text.substr(0, text.find('\n'));
  const std::size_t length = std::min(line.size(), complaint.size - 1);
  std::memcpy(complaint.text, line.data(), length);
  complaint.text[length] = '\0';
}

/// False where `work` throws.
template <class Work>
bool guarded(const TorchComplaint& complaint, const Work& work) {
  try {
    work();
    return true;
  } catch (const c10::Error& error) {
    say(complaint, error.what_without_backtrace());
  } catch (const std::exception& error) {
    say(complaint, error.what());
  }
  return false;
}

/// libtorch's threads are those of OpenMP, whose number is the calling thread's own setting.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { at::set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

void* open(const char* file, const TorchComplaint* complaint) {
  Model* model = nullptr;
  guarded(*complaint, [&] { model = open_model(file).release(); });
  return model;
}

void describe(const void* model, TorchDescription* description) {
  const auto& of = *static_cast<const Model*>(model);
  *description = {of.kind.c_str(), of.version.c_str(), of.cutoff, std::int64_t(of.numbers.size()),
                  of.numbers.data()};
}

/// Unoptimised: what the optimiser gains it loses again where every structure has other sizes.
bool evaluate(const void* model, const TorchGraph* graph, const TorchAnswer* answer,
              const TorchComplaint* complaint) {
  const OneThread one_thread;
  torch::jit::setGraphExecutorOptimize(false);
  return guarded(*complaint, [&] { static_cast<const Model*>(model)->evaluate(*graph, *answer); });
}

void close(void* model) {
  delete static_cast<Model*>(model);
}

constexpr TorchInterface interface = {
    surrogate::torch_interface_version, TORCH_VERSION, &open, &describe, &evaluate, &close};

}  // namespace

}  // namespace mlip::torch_host

extern "C" [[gnu::visibility("default")]] const mlip::surrogate::TorchInterface*
mlip_torch_interface() {
  return &mlip::torch_host::interface;
}
