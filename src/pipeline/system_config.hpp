/// Everything a run is made with: the options of all stages, complete.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ace/basis.hpp"
#include "config/description.hpp"
#include "config/reader.hpp"
#include "dft/ase_parameters.hpp"
#include "dft/espresso/parameters.hpp"
#include "dft/vasp/parameters.hpp"
#include "exec/hyperqueue.hpp"
#include "exec/slurm.hpp"
#include "explore/embedding.hpp"
#include "explore/molecular_dynamics.hpp"
#include "fit/linear.hpp"
#include "fit/training.hpp"
#include "generate/generate.hpp"
#include "pipeline/loop_options.hpp"
#include "pipeline/surrogate_options.hpp"
#include "validate/guards.hpp"

namespace mlip::config {

template <>
struct Description<dft::espresso::Species> {
  template <class Visitor>
  static void describe(dft::espresso::Species& species, Visitor& visit) {
    visit.required("pseudopotential", species.pseudopotential, "", "path of the UPF file");
    visit.field("checksum", species.checksum, "", "MD5 of the file; empty: taken from the file");
    visit.field("functional", species.functional, "", "its functional; empty: taken from the file");
    visit.field("valence", species.valence, "", "its electrons; 0: taken from the file");
    visit.field("starting_moment", species.starting_moment, "μB",
                "moment an atom starts with; 0 = not magnetic");
  }
};

}  // namespace mlip::config

namespace mlip::pipeline {

struct SystemConfig {
  std::string name;                   ///< of the run; the input file's stem
  std::vector<std::string> elements;  ///< sorted
  std::uint64_t seed = 1;
  generate::Options generate;  ///< composition and seed are in it
  SurrogateOptions surrogate;
  dft::espresso::Parameters dft;
  dft::AseParameters ase;
  std::optional<dft::vasp::Parameters> vasp;
  ace::BasisOptions basis;
  fit::Options fit;
  fit::TrainingOptions training;
  explore::Options explore;
  explore::EmbeddingOptions embedding;
  validate::GuardOptions guard;
  LoopOptions loop;
  std::optional<exec::SlurmOptions> slurm;
  std::optional<exec::HyperQueueOptions> hyperqueue;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.required("name", name, "", "name of the run");
    visit.required("elements", elements, "", "chemical symbols, in alphabetical order");
    visit.required("composition", generate.composition, "", "fraction of each element");
    visit.field("seed", seed, "", "what every random choice derives from");
    visit.required("species", dft.species, "", "pseudopotential and moment of each element");
    visit.field("generate", generate, "", "seed structures");
    visit.field("surrogate", surrogate, "", "a pretrained potential that helps before DFT");
    visit.field("dft", dft, "", "level of theory and how Quantum ESPRESSO runs");
    visit.field("ase", ase, "", "an ASE calculator that labels in its place");
    visit.field("vasp", vasp, "", "VASP, which labels in its place; null: it does not");
    visit.field("basis", basis, "", "functions of the ACE potential");
    visit.field("fit", fit, "", "weights of the fit");
    visit.field("training", training, "", "who fits, and what is known before");
    visit.field("explore", explore, "", "molecular dynamics that looks for what is unknown");
    visit.field("embedding", embedding, "", "how an uncertain atom is cut out for DFT");
    visit.field("guard", guard, "", "what a potential has to pass before it is let out");
    visit.field("loop", loop, "", "sizes, budget and stop rule of the loop");
    visit.field("slurm", slurm, "", "labels on a Slurm cluster; null: on the cores here");
    visit.field("hyperqueue", hyperqueue, "",
                "labels by HyperQueue's workers; null: on the cores here");
  }

  /// The tasks of slurm or hyperqueue; null: labels are computed on the cores here.
  [[nodiscard]] const exec::TaskOptions* cluster() const;

  /// Who labels, Quantum ESPRESSO or VASP, does it with two spin channels.
  [[nodiscard]] bool spin_polarized() const;

  /// What no run can be made with.
  void check(config::Checks& checks) const;
};

/// The composition's fractions are positive, sum to 1 within 1e-6 and belong to `elements`, each of
/// which has one; what is wrong is told at `key` and below.
void check_composition(const std::map<std::string, double>& composition,
                       const std::vector<std::string>& elements, const std::string& key,
                       config::Checks& checks);

/// What the commands of the queue cannot be given is told at slurm and hyperqueue and below, and
/// that not both are there.
void check_clusters(const std::optional<exec::SlurmOptions>& slurm,
                    const std::optional<exec::HyperQueueOptions>& hyperqueue,
                    config::Checks& checks);

/// Every element exists and stands once; what is wrong is told at `key`.
void check_elements(const std::vector<std::string>& elements, const std::string& key,
                    config::Checks& checks);

/// It is module:callable; what is wrong is told at `key`.
void check_calculator(const std::string& calculator, const std::string& key,
                      config::Checks& checks);

/// Further INCAR tags that can stand beside the program's own; what is wrong is told below `key`.
void check_incar(const std::map<std::string, std::string>& tags, const std::string& key,
                 config::Checks& checks);

}  // namespace mlip::pipeline
