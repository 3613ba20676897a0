#include "pipeline/plan.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "config/options.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "dft/ase_oracle.hpp"
#include "dft/espresso/measured_settings.hpp"
#include "dft/rank_table.hpp"

using namespace mlip;
using namespace mlip::pipeline;

namespace {

const Installation machine{{TEST_DATA "/pipeline/pseudopotentials"}, 2, "/opt/pw.x", {}};

Plan plan_of(const std::string& text) {
  return make_plan(config::read_text<UserConfig>(text, "input.yaml"), machine);
}

Plan aluminium(const std::string& more = "") {
  return plan_of(
      "target_system: {elements: [Al]}\nsimulation_goal: {type: elastic, temperature: 600 K}\n"
      "resources: {cores: 2, wall_time: 10 min}\n" +
      more);
}

/// A folder of this test alone, removed at its end.
struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() /
                               ("plan_test_" + std::to_string(std::hash<std::string>()(BUILD_DIR)));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

std::string told(auto&& action) {
  try {
    action();
  } catch (const core::UserError& error) {
    return error.what();
  }
  return "";
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("aluminium in ten minutes on two cores") {
  const Plan plan = aluminium();
  const SystemConfig& config = plan.config;
  CHECK(config.elements == std::vector<std::string>{"Al"});
  CHECK(config.dft.ecutwfc_ry == 16);
  CHECK(config.dft.occupations == "smearing");
  CHECK(config.dft.k_spacing == doctest::Approx(0.236));
  CHECK(config.dft.pw_command == "/opt/pw.x");
  CHECK(config.dft.mpi_ranks == 0);
  CHECK(plan.reasons.at("dft.mpi_ranks").ends_with("on 2 cores not measured yet"));
  CHECK(config.dft.species.at("Al").functional == "pz");
  CHECK(config.generate.prototype == "fcc");
  CHECK(config.basis.cutoff == 6.5);
  CHECK(config.basis.nradmax_by_orders == std::vector<int>{10, 8, 4, 2});
  CHECK(config.explore.timestep_fs == 2);
  CHECK(config.explore.end_temperature == 660);
  CHECK(config.loop.workers == 2);
  CHECK(config.loop.wall_time_seconds < 600);
  CHECK(config.loop.min_generations == 3);
  const int labels = config.loop.holdout + config.loop.seed_labels +
                     (config.loop.max_generations - 1) * config.loop.picks;
  CHECK(labels > 60);
  CHECK(labels <= 120);
  CHECK(plan.reasons.at("loop.workers") == "2 asked for, 2 at hand");
  CHECK(plan.reasons.at("dft.k_spacing") ==
        "7 points along 4.050 Å, also at 6 % compression (these need ≤ 0.224 /Å)");
}

TEST_CASE("silicon, a magnet, molecules") {
  const auto si =
      plan_of("target_system: {elements: [Si]}\nsimulation_goal: {temperature: 500 K}\n").config;
  CHECK(si.dft.occupations == "fixed");
  CHECK(si.loop.walk_repeats == std::vector<int>{1, 1, 1});
  CHECK(si.basis.cutoff == 6.1);
  const auto feni =
      plan_of("target_system: {elements: [Ni, Fe]}\nsimulation_goal: {type: diffusion}\n").config;
  CHECK(feni.elements == std::vector<std::string>{"Fe", "Ni"});
  CHECK(feni.dft.spin_polarized);
  CHECK(feni.dft.species.at("Fe").starting_moment == 2.3);
  CHECK(feni.dft.mixing_beta == 0.4);
  CHECK(feni.explore.end_temperature == 1300);
  CHECK(feni.basis.nradmax_by_orders.size() == 4);
  CHECK(feni.generate.alloys == 16);
  CHECK(feni.generate.defect_images == doctest::Approx(2 * 2.52).epsilon(0.03));
  CHECK(si.generate.defect_images == 0);
  const auto h2 =
      plan_of("target_system: {elements: [H]}\nsimulation_goal: {type: molecule}\n").config;
  CHECK(h2.dft.isolated);
  CHECK(h2.dft.occupations == "fixed");
  CHECK(h2.generate.prototype == "molecule");
  CHECK(h2.loop.eos_points == 0);
  CHECK(h2.explore.timestep_fs == doctest::Approx(0.4));
  const auto o2 = plan_of("target_system: {elements: [O]}\nsimulation_goal: {type: bulk}\n").config;
  CHECK(o2.dft.isolated);
  CHECK(o2.dft.spin_polarized);
  CHECK(o2.dft.species.at("O").starting_moment == 1);
  const auto three = plan_of(
                         "target_system: {elements: [Al, Mg, Si]}\n"
                         "simulation_goal: {type: melting, temperature: 1500 K, pressure: 3}\n")
                         .config;
  CHECK(three.basis.nradmax_by_orders.size() == 3);
  CHECK(three.generate.volumetric_strain == doctest::Approx(0.07));
  CHECK(three.explore.end_temperature == 2250);
}

TEST_CASE("every value has a reason of one line") {
  for (const std::string elements : {"Al", "Si", "Fe, Ni", "Mg, Al, Si", "H"}) {
    const Plan plan =
        plan_of("target_system: {elements: [" + elements + "]}\nsimulation_goal: {}\n");
    std::set<std::string> leaves;
    for (const auto& path : config::leaf_paths_of(plan.config)) {
      CAPTURE(path);
      leaves.insert(path);
      REQUIRE(plan.reasons.contains(path));
      CHECK(plan.reasons.at(path).size() > 5);
      CHECK(plan.reasons.at(path).find('\n') == std::string::npos);
      CHECK_MESSAGE(plan.reasons.at(path).find("the default") != 0, path);
    }
    for (const auto& [path, reason] : plan.reasons) CHECK_MESSAGE(leaves.contains(path), path);
  }
}

TEST_CASE("the same input plans the same") {
  CHECK(render_plan(aluminium()) == render_plan(aluminium()));
}

TEST_CASE("more time and cores buy labels, within what is wanted") {
  const auto labels = [](const std::string& elements, const std::string& resources) {
    return plan_of("target_system: {elements: [" + elements +
                   "]}\nsimulation_goal: {}\nresources: {" + resources + "}\n")
        .config.loop.picks;
  };
  CHECK(labels("Al", "cores: 1, wall_time: 10 min") < labels("Al", "cores: 2, wall_time: 10 min"));
  CHECK(labels("Fe, Ni", "wall_time: 1 h") < labels("Fe, Ni", "wall_time: 3 h"));
  CHECK(labels("Al", "wall_time: 10 h") == labels("Al", "wall_time: 20 h"));
  CHECK(plan_of("target_system: {elements: [Al]}\nsimulation_goal: {}\nresources: {cores: 64}\n")
            .config.loop.workers == 2);
}

TEST_CASE("of a crystal, supercells have at most a quarter of the DFT; of a molecule, none") {
  const auto generate = [](const std::string& elements, const std::string& wall_time) {
    return plan_of("target_system: {elements: [" + elements +
                   "]}\nsimulation_goal: {}\nresources: {wall_time: " + wall_time + "}\n")
        .config.generate;
  };
  CHECK(generate("Fe, Ni", "10 h").supercells == 4);
  CHECK(generate("Fe, Ni", "10 h").supercell_repeats == std::vector<int>{2, 2, 2});
  const auto hurried = generate("Fe, Ni", "20 min");
  CHECK(hurried.supercells >= 1);
  const auto& n = hurried.supercell_repeats;
  CHECK(n[0] * n[1] * n[2] < 8);
  CHECK(generate("H", "10 h").supercells == 0);
  const auto ten_minutes = generate("Al", "10 min").supercell_repeats;
  CHECK(ten_minutes[0] * ten_minutes[1] * ten_minutes[2] < 8);
  CHECK(generate("Fe, Ni", "1 min").supercells == 0);
}

TEST_CASE("surfaces, faults and liquids are seeds of the goals that need them") {
  const auto generate = [](const std::string& goal, const std::string& wall_time = "2 h",
                           const std::string& elements = "Al") {
    return plan_of("target_system: {elements: [" + elements + "]}\nsimulation_goal: {type: " +
                   goal + ", temperature: 900 K}\nresources: {wall_time: " + wall_time + "}\n");
  };
  const auto bulk = generate("bulk").config.generate;
  CHECK(bulk.slab_atoms == 0);
  CHECK(bulk.fault_atoms == 0);
  CHECK(bulk.melts == 0);
  CHECK(generate("surface").config.generate.slab_atoms >= 8);
  CHECK(generate("surface").config.generate.fault_atoms == 0);
  CHECK(generate("plasticity").config.generate.fault_atoms >= 8);
  const Plan hurried = generate("surface", "2 min", "Fe, Ni");
  CHECK(hurried.config.generate.slab_atoms == 0);
  CHECK(hurried.reasons.at("generate.slab_atoms").find("pays for") != std::string::npos);
  // Nobody melts where there is no surrogate.
  CHECK(generate("melting").config.generate.melts == 0);
  CHECK(generate("melting").reasons.at("generate.melts").find("surrogate") != std::string::npos);
}

TEST_CASE("the expert's values count, and say so") {
  const Plan plan =
      aluminium("seed: 5\nexpert:\n  dft: {mixing_beta: 0.2}\n  loop:\n    picks: 7\n");
  CHECK(plan.config.dft.mixing_beta == 0.2);
  CHECK(plan.config.loop.picks == 7);
  CHECK(plan.config.generate.seed == 5);
  CHECK(plan.reasons.at("dft.mixing_beta") == "set by hand, input.yaml:6");
  CHECK(plan.reasons.at("loop.picks") == "set by hand, input.yaml:8");
  CHECK(told([] { (void)aluminium("expert: {dft: {ecutrho_ry: 20}}\n"); }) ==
        "input.yaml:4: dft.ecutrho_ry: must be at least 4 × ecutwfc_ry = 64, got 20");
}

TEST_CASE("pseudopotentials by hand") {
  const auto pbe = aluminium("level_of_theory: {functional: pbe}\n").config;
  CHECK(pbe.dft.ecutwfc_ry == 30);
  CHECK(pbe.dft.species.at("Al").functional == "pbe");
  const auto named = aluminium("level_of_theory: {pseudopotentials: {Al: Al.pbe.UPF}}\n").config;
  CHECK(named.dft.species.at("Al").pseudopotential.ends_with("/Al.pbe.UPF"));
  const std::string path = TEST_DATA "/pipeline/pseudopotentials/Al.pbe.UPF";
  const auto expert =
      aluminium("expert: {species: {Al: {pseudopotential: " + path + "}}}\n").config;
  CHECK(expert.dft.species.at("Al").functional == "pbe");
  CHECK(expert.dft.species.at("Al").checksum == pbe.dft.species.at("Al").checksum);
  CHECK(told([&] {
          (void)plan_of(
              "target_system: {elements: [Al, Mg]}\nsimulation_goal: {}\n"
              "expert: {species: {Al: {pseudopotential: " +
              path + "}}}\n");
        }) == "species: functionals would mix: pbe, pz");
}

TEST_CASE("unknown cutoffs have to be given") {
  const std::string titanium =
      "target_system: {elements: [Ti]}\nsimulation_goal: {}\n"
      "level_of_theory: {pseudopotentials: {Ti: Ti.pz.UPF}}\n";
  CHECK(told([&] { (void)plan_of(titanium); }).starts_with("no cutoff is known: "));
  const auto config =
      plan_of(titanium + "expert: {dft: {ecutwfc_ry: 50, ecutrho_ry: 200}}\n").config;
  CHECK(config.dft.ecutwfc_ry == 50);
}

TEST_CASE("a plan reads back equal, edited or not") {
  const Folder folder;
  const auto file = folder.path / "plan.yaml";
  const Plan plan = plan_of(
      "target_system: {elements: [Fe, Ni]}\nsimulation_goal: {}\nseed: 18446744073709551615\n");
  core::write_atomically(file, render_plan(plan));
  const Plan back = read_input(file, machine);
  CHECK(config::dump(back.config) == config::dump(plan.config));
  CHECK(back.config.generate.seed == plan.config.generate.seed);
  CHECK(back.config.fit.threads == plan.config.fit.threads);
  CHECK(back.reasons.at("dft.k_spacing") == "given in '" + file.string() + "'");
  std::string edited = config::dump(plan.config);
  replace(edited, "mixing_beta: 0.4", "mixing_beta: 0.25");
  core::write_atomically(file, edited);
  CHECK(read_input(file, machine).config.dft.mixing_beta == 0.25);
}

TEST_CASE("a plan that does not hold") {
  const Folder folder;
  const auto file = folder.path / "plan.yaml";
  const auto reading = [&](const std::string& from, const std::string& to) {
    std::string text = config::dump(aluminium().config);
    replace(text, from, to);
    core::write_atomically(file, text);
    return told([&] { (void)read_input(file, machine); });
  };
  const std::string at = file.string() + ":";
  CHECK(reading("seed: 1\n", "") ==
        at + "1: missing key 'seed' in the file: what every random choice derives from");
  CHECK(reading("  timestep_fs: 2\n", "  timestep: 2\n")
            .find("unknown key 'timestep' in 'explore'; did you mean 'timestep_fs'?") !=
        std::string::npos);
  CHECK(reading("checksum: ", "checksum: 0").find("has the checksum ") != std::string::npos);
  CHECK(reading("Al.pz.UPF", "Si.pz.UPF").find("is of 'Si'") != std::string::npos);
  CHECK(reading("Al.pz.UPF", "Al.gone.UPF").find("is not there or is no UPF file") !=
        std::string::npos);
  CHECK(reading("starting_moment: 0", "starting_moment: x")
            .starts_with(at + "11: species.Al.starting_moment: "));
}

TEST_CASE("a file taken as it is") {
  const Folder folder;
  const auto file = folder.path / "plan.yaml";
  const Plan plan = aluminium();
  std::string text = config::dump(plan.config);
  replace(text, "checksum: " + plan.config.dft.species.at("Al").checksum, "checksum: ''");
  replace(text, "functional: pz", "functional: ''");
  replace(text, "valence: 3", "valence: 0");
  core::write_atomically(file, text);
  CHECK(config::dump(read_input(file, machine).config) == config::dump(plan.config));
}

TEST_CASE("an input file is read and named") {
  const Folder folder;
  const auto file = folder.path / "copper.yaml";
  core::write_atomically(file, "target_system: {elements: [Al]}\nsimulation_goal: {}\n");
  CHECK(read_user_config(file).name == "copper");
  CHECK(read_input(file, machine).config.name == "copper");
  core::write_atomically(file, "target_system: {elements: [Xx]}\n");
  CHECK(told([&] { (void)read_input(file, machine); }) ==
        file.string() + ":1: target_system.elements: unknown element 'Xx'; did you mean 'Xe'?\n" +
            file.string() +
            ":1: missing key 'simulation_goal' in the file: what the potential is for");
}

TEST_CASE("an ASE calculator needs no pseudopotentials, and its plan is read back") {
  const std::string input =
      "target_system: {elements: [Cu]}\nsimulation_goal: {}\nlevel_of_theory:\n"
      "  calculator: ase.calculators.emt:EMT\n"
      "  arguments: {asap_cutoff: true, name: x, mode: {name: pw, ecut: 200}, txt: null, long: " +
      std::string(5000, 'x') + "}\n";
  const Installation bare{{}, 2, "pw.x", {}};
  const Plan plan = make_plan(config::read_text<UserConfig>(input, "input.yaml"), bare);
  CHECK(plan.config.ase.calculator == "ase.calculators.emt:EMT");
  CHECK(plan.config.ase.arguments.at("asap_cutoff") == "true");
  CHECK(plan.config.ase.arguments.at("mode") == R"({"name":"pw","ecut":200})");
  CHECK(plan.config.ase.arguments.at("txt") == "null");
  CHECK(plan.config.dft.species.empty());
  CHECK(plan.reasons.at("species") == "unused: an ASE calculator labels");
  for (const auto& [path, reason] : plan.reasons)
    CHECK_MESSAGE(!reason.starts_with("the default"), path);
  const Folder folder;
  core::write_atomically(folder.path / "plan.yaml", render_plan(plan));
  const Plan again = read_input(folder.path / "plan.yaml", bare);
  CHECK(config::dump(again.config) == config::dump(plan.config));
  CHECK(plan.config.loop.noise_labels == 0);

  const Plan tight = make_plan(
      config::read_text<UserConfig>(input + "  tighter: {asap_cutoff: false}\n", "input.yaml"),
      bare);
  CHECK(tight.config.loop.noise_labels >= 3);
  const auto finer = dft::tighter(tight.config.ase);
  CHECK(finer.arguments.at("asap_cutoff") == "false");
  CHECK(finer.arguments.at("name") == "x");
  CHECK(tight.config.ase.arguments.at("asap_cutoff") == "true");
}

TEST_CASE("what is said wrongly of a calculator is told") {
  const auto told_of = [](const std::string& theory) {
    return told([&] {
      (void)plan_of("target_system: {elements: [Cu]}\nsimulation_goal: {}\nlevel_of_theory: {" +
                    theory + "}\n");
    });
  };
  CHECK(told_of("calculator: EMT").find("must be module:callable") != std::string::npos);
  CHECK(told_of("arguments: {a: b}").find("are those of a calculator") != std::string::npos);
  CHECK(told_of("tighter: {a: b}").find("are those of a calculator") != std::string::npos);
  CHECK(told_of("calculator: 'a:b', functional: pz").find("name one kind only") !=
        std::string::npos);
}

TEST_CASE("VASP is planned from the headers of its POTCAR files, and its plan is read back") {
  const std::string library = std::string(TEST_DATA) + "/dft/vasp/potpaw_PBE";
  const std::string input =
      "target_system: {elements: [Ni, Fe]}\nsimulation_goal: {}\nlevel_of_theory:\n"
      "  engine: vasp\n  functional: pbesol\n"
      "  vasp: {potentials: " +
      library + ", command: no_such_vasp -x, incar: {NCORE: 4}}\n";
  const Installation bare{{}, 2, "pw.x", {}};
  const Plan plan = make_plan(config::read_text<UserConfig>(input, "input.yaml"), bare);
  REQUIRE(plan.config.vasp);
  const auto& vasp = *plan.config.vasp;
  CHECK(vasp.species.at("Fe").title == "PAW_PBE Fe 01Jan1901");
  CHECK(vasp.species.at("Fe").starting_moment > 1);
  CHECK(vasp.species.at("Ni").valence == 10);
  CHECK(vasp.encut == 339);
  CHECK(plan.reasons.at("vasp.encut") ==
        "1.3 × ENMAX 260.75 eV of Fe: stresses need more than energies");
  CHECK(vasp.functional == "pbesol");
  CHECK(vasp.spin_polarized);
  CHECK(vasp.ismear == 1);
  CHECK(vasp.k_spacing == plan.config.dft.k_spacing);
  CHECK(vasp.incar.at("NCORE") == "4");
  CHECK(plan.reasons.at("vasp.command") ==
        "'no_such_vasp' is not in PATH here: name it in level_of_theory.vasp.command before a run");
  CHECK(plan.reasons.at("species") == "unused: VASP labels");
  for (const auto& [path, reason] : plan.reasons)
    CHECK_MESSAGE(!reason.starts_with("the default"), path);
  const Folder folder;
  core::write_atomically(folder.path / "plan.yaml", render_plan(plan));
  const Plan again = read_input(folder.path / "plan.yaml", bare);
  CHECK(config::dump(again.config) == config::dump(plan.config));
  CHECK_FALSE(aluminium().config.vasp);
}

TEST_CASE("what VASP lacks is told with the remedy") {
  const std::string library = std::string(TEST_DATA) + "/dft/vasp/potpaw_PBE";
  const auto told_of = [](const std::string& elements, const std::string& theory) {
    return told([&] {
      (void)plan_of("target_system: {elements: [" + elements +
                    "]}\nsimulation_goal: {}\nlevel_of_theory: {" + theory + "}\n");
    });
  };
  const auto says = [](const std::string& text, const std::string& part) {
    CHECK_MESSAGE(text.find(part) != std::string::npos, text);
  };
  says(told_of("Cu", "engine: vasp, vasp: {potentials: " + library + "}"),
       "no POTCAR of 'Cu' ('Cu') in '");
  says(told_of("Al", "engine: vasp, vasp: {potentials: /nowhere}"),
       "no folder '/nowhere' of POTCAR files");
  says(told_of("Al", "vasp: {}"), "is of no use where the engine is 'espresso'");
  says(told_of("Al", "engine: ase"), "'ase' needs a calculator");
  says(told_of("Al", "engine: vasp, calculator: 'a:b'"), "'vasp' knows no calculator");
  says(told_of("Al", "engine: vasp, pseudopotentials: {Al: x}"), "are named in vasp.potcars");
  says(told_of("Al", "engine: vasp, vasp: {incar: {NSW: 5}}"), "is set by the program");
  says(told_of("Al", "engine: vasp, functional: lda, vasp: {potentials: " + library + "}"),
       "cannot be had with POTCAR files of 'pbe'");
  const Plan by_hand = plan_of(
      "target_system: {elements: [Cr]}\nsimulation_goal: {}\nlevel_of_theory: {engine: vasp, vasp: "
      "{potentials: " +
      library + ", encut: 400, potcars: {Cr: Cr_lda}}}\nexpert: {vasp: {species: {Cr: {potcar: " +
      library + "/Cr_pv/POTCAR}}, functional: pbe}}\n");
  CHECK(by_hand.config.vasp->encut == 400);
  CHECK(by_hand.config.vasp->species.at("Cr").title == "PAW_PBE Cr_pv 01Jan1901");
}

TEST_CASE("labels by HyperQueue are planned as those on Slurm, and not both at once") {
  const std::string head =
      "target_system: {elements: [Al]}\nsimulation_goal: {type: elastic, temperature: 600 K}\n";
  const Plan plan = plan_of(
      head + "resources: {hyperqueue: {cores: 8, tasks_at_once: 3, submit: [--priority=1]}}\n");
  REQUIRE(plan.config.hyperqueue);
  CHECK_FALSE(plan.config.slurm);
  CHECK(plan.config.cluster()->cores == 8);
  CHECK(plan.config.cluster()->tasks_at_once == 3);
  CHECK(plan.reasons.at("hyperqueue.cores") == "resources.hyperqueue");
  CHECK(aluminium().config.cluster() == nullptr);
  const auto wrong = [&](const std::string& resources) {
    return told([&] { (void)plan_of(head + "resources: " + resources + "\n"); });
  };
  CHECK(
      wrong("{slurm: {}, hyperqueue: {}}").find("hyperqueue: must be null where slurm is named") !=
      std::string::npos);
  CHECK(wrong("{hyperqueue: {submit: [--name=x]}}").find("'--name' is set by this program") !=
        std::string::npos);
}

TEST_CASE("labels on a cluster are planned for its cores, and are the same physics") {
  const Plan here = aluminium();
  CHECK_FALSE(here.config.slurm);
  CHECK(here.reasons.at("slurm") == "the input names no cluster");
  const Plan there = plan_of(
      "target_system: {elements: [Al]}\nsimulation_goal: {type: elastic, temperature: 600 K}\n"
      "resources: {cores: 2, wall_time: 10 min, slurm: {cores: 4, tasks_at_once: 1}}\n"
      "expert: {slurm: {memory_mb: 9000}}\n");
  REQUIRE(there.config.slurm);
  CHECK(there.config.slurm->cores == 4);
  CHECK(there.config.slurm->memory_mb == 9000);
  CHECK(there.config.loop.workers == 2);
  CHECK(there.config.loop.picks > here.config.loop.picks);
  CHECK(there.reasons.at("slurm.cores") == "resources.slurm");
  CHECK(there.reasons.at("dft.mpi_ranks").starts_with("0 is one in a cluster's tasks"));
  CHECK(there.reasons.at("slurm.memory_mb") == "set by hand, input.yaml:4");
  CHECK(told([] {
          (void)aluminium("expert: {slurm: {cores: 2}, dft: {mpi_ranks: 4}}\n");
        }).find("slurm.cores: must be at least dft.mpi_ranks = 4, got 2") != std::string::npos);
}

TEST_CASE("a plan takes what was measured with its pseudopotentials, and says so") {
  const Folder folder;
  const Plan before = aluminium();
  Installation measured = machine;
  measured.measured_settings = folder.path / "convergence";
  const auto user = config::read_text<UserConfig>(
      "target_system: {elements: [Al]}\nsimulation_goal: {type: elastic, temperature: 600 K}\n",
      "input.yaml");
  const auto checksums = dft::espresso::checksums_of(before.config.dft);
  dft::espresso::MeasuredSettings settings{22,           88,           0.15,
                                           "smearing",   "mv",         before.config.dft.degauss_ry,
                                           {1, 10, 0.1}, "2026-11-22", {"Al4"}};
  (void)dft::espresso::keep_settings(measured.measured_settings, checksums, settings);
  const Plan plan = make_plan(user, measured);
  CHECK(plan.config.dft.ecutwfc_ry == 22);
  CHECK(plan.config.dft.ecutrho_ry == 88);
  CHECK(plan.config.dft.ecfixed_ry == doctest::Approx(17.6));
  CHECK(plan.config.dft.k_spacing < before.config.dft.k_spacing);
  CHECK(plan.reasons.at("dft.ecutwfc_ry").find("measured by") != std::string::npos);
  CHECK(plan.reasons.at("dft.k_spacing").find("0.15 /Å measured by") != std::string::npos);
  CHECK(before.reasons.at("dft.ecutwfc_ry").find("converge") == std::string::npos);

  dft::RankTable(measured.measured_settings, measured.cores)
      .keep({"Al4", "2026-11-28", {90, 172}, 2, {{2, 1.74}}});
  CHECK(make_plan(user, measured).reasons.at("dft.mpi_ranks") ==
        "one where there are labels for all cores, more where these end a batch sooner: on 2 cores "
        "measured, Al4 1.7 times as fast on 2 ranks (2026-11-28)");

  settings.degauss_ry *= 2;  // a mesh for another smearing says nothing
  (void)dft::espresso::keep_settings(measured.measured_settings, checksums, settings);
  const Plan other = make_plan(user, measured);
  CHECK(other.config.dft.ecutwfc_ry == 22);
  CHECK(other.config.dft.k_spacing == before.config.dft.k_spacing);
}
