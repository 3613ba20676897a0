#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "fit/pacemaker/installation.hpp"

using namespace mlip;
namespace fs = std::filesystem;

TEST_CASE("the doctor finds a whole installation, and says what another lacks") {
  const auto whole = fit::pacemaker::check(CMAKE_SOURCE_DIR "/build/venv/bin/python");
  CHECK_MESSAGE(whole.works, whole.detail);
  CHECK(whole.version == "0.4.0rc1");
  const auto none = fit::pacemaker::check("/usr/bin/python3");
  CHECK(!none.works);
  CHECK(none.detail.find("pacemaker") != std::string::npos);
  const fs::path folder =
      fs::temp_directory_path() / ("mlip-doctor-pacemaker-" + std::to_string(getpid()));
  fs::create_directories(folder);
  for (const char* name : {"python", "pacemaker", "pace_activeset"}) {
    std::ofstream(folder / name) << "#!/bin/sh\nexec /usr/bin/python3 \"$@\"\n";
    fs::permissions(folder / name, fs::perms::owner_all);
  }
  const auto lacking = fit::pacemaker::check((folder / "python").string());
  fs::remove_all(folder);
  CHECK(!lacking.works);
  CHECK(lacking.detail.find("tensorflow (ModuleNotFoundError") != std::string::npos);
  CHECK(lacking.remedy.find("tensorflow-cpu==") != std::string::npos);
}
