#include <fmt/format.h>

#include <memory>
#include <optional>

#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "core/error.hpp"
#include "dft/cluster/chunk_task.hpp"
#include "dft/recipe.hpp"
#include "dft/scratch_folders.hpp"

namespace mlip::app {

namespace {

struct ChunkArguments {
  std::string folder;
  dft::ChunkTask task;
};

int label_one(const ChunkArguments& arguments) {
  const Interrupt interrupt;
  const auto batch = dft::BatchFolder::open(arguments.folder);
  if (!batch || arguments.task.chunk < 0 || arguments.task.chunk >= batch->chunk_count())
    throw core::UserError(core::ExitCode::bad_input,
                          "'" + arguments.folder + "' holds no such chunk, or has been moved",
                          "let label or run submit it again");
  const auto& description = batch->description();
  std::optional<dft::NodeScratch> node;
  const auto open = [&] {
    node.emplace(
        description.node_scratch,
        fmt::format("{}-{}", batch->job_name(arguments.task.attempt), arguments.task.chunk));
    return dft::open_recipe(description.recipe, node->beside(description.scratch),
                            description.workers);
  };
  return int(dft::label_chunk(*batch, arguments.task, open, interrupt.token())
                 ? core::ExitCode::done
                 : core::ExitCode::interrupted);
}

}  // namespace

void add_chunk(CLI::App& program, int& exit_code) {
  const auto arguments = std::make_shared<ChunkArguments>();
  auto* command = program.add_subcommand(
      "chunk", "what a task on a cluster does: label one chunk; run and label submit it");
  command->add_option("FOLDER", arguments->folder, "of the batch")->required();
  command->add_option("ATTEMPT", arguments->task.attempt, "counts from 1")->required();
  command->add_option("CHUNK", arguments->task.chunk, "counts from 0")->required();
  command->callback([arguments, &exit_code] { exit_code = label_one(*arguments); });
}

}  // namespace mlip::app
