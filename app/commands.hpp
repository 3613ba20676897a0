/// The sub-commands of mlip-auto, one file each.
#pragma once

#include <CLI/CLI.hpp>

namespace mlip::app {

/// Each adds its sub-command; the callback of the chosen one sets `exit_code`.
void add_activeset(CLI::App& program, int& exit_code);
void add_chunk(CLI::App& program, int& exit_code);
void add_config(CLI::App& program, int& exit_code);
void add_converge(CLI::App& program, int& exit_code);
void add_convert(CLI::App& program, int& exit_code);
void add_db(CLI::App& program, int& exit_code);
void add_doctor(CLI::App& program, int& exit_code);
void add_eval(CLI::App& program, int& exit_code);
void add_explore(CLI::App& program, int& exit_code);
void add_fit(CLI::App& program, int& exit_code);
void add_gallery(CLI::App& program, int& exit_code);
void add_generate(CLI::App& program, int& exit_code);
/// Sub-commands of generate.
void add_generate_crystals(CLI::App& generate, int& exit_code);
void add_generate_defects(CLI::App& generate);
void add_generate_displaced(CLI::App& generate);
void add_generate_melt(CLI::App& generate, int& exit_code);
void add_generate_molecules(CLI::App& generate);
void add_generate_planes(CLI::App& generate);
void add_generate_sqs(CLI::App& generate, int& exit_code);
void add_init(CLI::App& program, int& exit_code);
void add_label(CLI::App& program, int& exit_code);
void add_plan(CLI::App& program, int& exit_code);
void add_report(CLI::App& program, int& exit_code);
void add_run(CLI::App& program, int& exit_code);
void add_select(CLI::App& program, int& exit_code);
void add_status(CLI::App& program, int& exit_code);
void add_surrogate(CLI::App& program, int& exit_code);
void add_validate(CLI::App& program, int& exit_code);
void add_why(CLI::App& program, int& exit_code);

}  // namespace mlip::app
