#include "app/taught_fit.hpp"

#include <memory>

#include "app/calculator.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "fit/references.hpp"
#include "fit/teacher.hpp"
#include "generate/lessons.hpp"
#include "pipeline/teaching.hpp"

namespace mlip::app {

std::vector<fit::Item> lessons_around(const std::vector<fit::Item>& items, const Teaching& teaching,
                                      Stages& stages) {
  generate::LessonOptions options;
  options.count = static_cast<int>(teaching.lessons);
  std::vector<core::Structure> structures;
  for (const fit::Item& item : items) {
    if (item.structure.size() == 0 || fit::is_isolated_atom(item.structure)) continue;
    structures.push_back(item.structure);
    options.bulk = options.bulk && item.structure.cell.all_periodic();
  }
  if (structures.empty())
    throw core::UserError(core::ExitCode::bad_input,
                          "--teacher: the data hold isolated atoms only, and lessons are "
                          "variations of structures");
  const NamedCalculator model = open_calculator(teaching.model, core::thread_count(0));
  const std::vector<core::Structure> lessons = generate::lessons(structures, options);
  return pipeline::taught_by(*model.calculator, lessons, 0, [&](std::size_t done) {
    stages.show("lessons", done, lessons.size());
  });
}

fit::Advised fit_taught(const std::vector<fit::Item>& items,
                        const std::vector<double>& isolated_energies,
                        std::vector<fit::Item> lessons, fit::Options options,
                        fit::AdvisorOptions wishes) {
  wishes.other_isolated_energies.clear();
  const auto references = fit::find_references(fit::elements_of(items), lessons, {});
  fit::Advised advised = fit::fit_advised(lessons, fit::energies_of(references), options, wishes);
  options.energy_weight = advised.advice.energy_weight;
  options.smoothness_power = advised.advice.smoothness_power;
  const ace::Potential basis = advised.fit.potential;
  options.teacher = std::make_shared<fit::Teacher>(basis, std::move(lessons), options);
  advised.fit = fit::fit_linear(basis, items, isolated_energies, options);
  return advised;
}

}  // namespace mlip::app
