#include "report/report.hpp"

#include <fmt/format.h>

#include <memory>

#include "app/commands.hpp"
#include "pipeline/status.hpp"

namespace mlip::app {

void add_report(CLI::App& program, int&) {
  const auto folder = std::make_shared<std::string>();
  auto* command =
      program.add_subcommand("report", "write report.html and report.json of a run anew");
  command->add_option("RUN", *folder, "folder of the run")->required();
  command->callback([folder] {
    (void)pipeline::status(*folder);
    const std::filesystem::path root(*folder);
    const store::Database database(root / "mlip.db", store::Database::Mode::read_only);
    report::write_report(database, root);
    fmt::print("{}\n", (root / "report.html").string());
  });
}

}  // namespace mlip::app
