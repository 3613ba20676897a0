#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "../../unit/report/realistic_run.hpp"
#include "core/file.hpp"
#include "report/report.hpp"

using namespace mlip;
using namespace mlip::report::test;

namespace {

struct Browsed {
  std::string dom, messages;
};

/// Opens a page in Chromium without a screen; what it made of it and what it said.
Browsed browse(const Folder& folder, const std::filesystem::path& page,
               const std::vector<std::string>& task) {
  std::vector<std::string> command = {"/usr/bin/chromium",
                                      "--headless",
                                      "--no-sandbox",
                                      "--disable-gpu",
                                      "--disable-quic",
                                      "--no-first-run",
                                      "--disable-background-networking",
                                      "--disable-component-update",
                                      "--disable-sync",
                                      "--enable-logging=stderr",
                                      "--window-size=1280,1600"};
  std::filesystem::remove_all(folder.path / "profile");
  command.push_back("--user-data-dir=" + (folder.path / "profile").string());
  command.insert(command.end(), task.begin(), task.end());
  command.push_back("file://" + page.string());
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const auto output = folder.path / "dom.html", messages = folder.path / "messages.txt";
  const pid_t child = fork();
  if (child == 0) {
    dup2(open(output.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600), STDOUT_FILENO);
    dup2(open(messages.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600), STDERR_FILENO);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(status == 0);
  return {core::read_file(output), core::read_file(messages)};
}

/// A copy of the page that measures itself into its own title attribute.
std::filesystem::path measuring_copy(const std::filesystem::path& page) {
  const auto copy = page.parent_path() / "measured.html";
  std::ofstream(copy) << core::read_file(page) << R"(<script>
const boxes = [...document.querySelectorAll('svg')].map(s => s.getBoundingClientRect());
const texts = [...document.querySelectorAll('svg text')].map(t => t.getBoundingClientRect().height);
const inside = [...document.querySelectorAll('svg')].every(s => [...s.querySelectorAll('text,rect,circle')].every(t => {
  const a = s.getBoundingClientRect(), b = t.getBoundingClientRect();
  return b.left >= a.left - 1 && b.right <= a.right + 1 && b.top >= a.top - 1 && b.bottom <= a.bottom + 1; }));
document.body.setAttribute('data-measured', JSON.stringify({
  charts: boxes.length, narrowest: Math.min(...boxes.map(b => b.width)), lowest: Math.min(...boxes.map(b => b.height)),
  smallest_text: Math.min(...texts), inside: inside,
  wider_than_window: document.documentElement.scrollWidth > window.innerWidth,
  hover_titles: document.querySelectorAll('svg title').length,
  loaded: performance.getEntriesByType('resource').length}));
</script>)";
  return copy;
}

Json measured(const std::string& dom) {
  const std::string key = "data-measured=\"";
  const std::size_t begin = dom.find(key);
  REQUIRE(begin != std::string::npos);
  std::string text = dom.substr(begin + key.size(), dom.find("\">", begin) - begin - key.size());
  for (std::size_t at; (at = text.find("&quot;")) != std::string::npos;) text.replace(at, 6, "\"");
  return Json::parse(text);
}

}  // namespace

TEST_CASE("a browser shows every chart of the report, alone and without complaint") {
  const Folder folder;
  make_realistic_run(folder.file());
  report::write_report(store::Database(folder.file(), store::Database::Mode::read_only),
                       folder.path);
  const auto page = folder.path / "report.html";

  const Browsed plain =
      browse(folder, page, {"--screenshot=" + (folder.path / "page.png").string()});
  CHECK(plain.messages.find("CONSOLE") == std::string::npos);
  CHECK(std::filesystem::file_size(folder.path / "page.png") > 50000);

  const Json facts = measured(browse(folder, measuring_copy(page), {"--dump-dom"}).dom);
  CAPTURE(facts.dump());
  CHECK(facts["charts"] == 14);
  CHECK(facts["narrowest"] > 250);
  CHECK(facts["lowest"] > 100);
  CHECK(facts["smallest_text"] > 9);
  CHECK(facts["inside"] == true);
  CHECK(facts["wider_than_window"] == false);
  CHECK(facts["hover_titles"] > 700);
  CHECK(facts["loaded"] == 0);
}

TEST_CASE("a browser shows the report of a run that has only begun") {
  const Folder folder;
  { const store::Database database(folder.file()); }
  report::write_report(store::Database(folder.file(), store::Database::Mode::read_only),
                       folder.path);
  const Browsed page = browse(folder, folder.path / "report.html", {"--dump-dom"});
  CHECK(page.messages.find("CONSOLE") == std::string::npos);
  CHECK(page.dom.find("Still running") != std::string::npos);
}
