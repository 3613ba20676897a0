#include "exec/process.hpp"

#include <dirent.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

using namespace mlip::exec;
using End = Completion::End;

namespace {

struct Folder {
  std::filesystem::path path;
  Folder() {
    char name[] = "/tmp/mlip_exec_XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  [[nodiscard]] std::string text(const std::string& file) const {
    std::ifstream in(path / file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

Command shell(const Folder& folder, const std::string& script) {
  Command command;
  command.argv = {"/bin/sh", "-c", script};
  command.folder = folder.path;
  command.standard_output = "out";
  command.standard_error = "err";
  command.grace_seconds = 0.3;
  return command;
}

bool alive(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/stat");
  std::string number, name, state;
  return static_cast<bool>(in >> number >> name >> state) && state != "Z" && state != "X";
}

bool gone_within(pid_t process, double seconds) {
  for (int i = 0; i < static_cast<int>(seconds * 100); ++i) {
    if (!alive(process)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace

TEST_CASE("exit status, streams, folder and environment") {
  const Folder folder;
  auto command = shell(folder, "read line; echo \"$line $COLOUR\"; pwd >&2; exit 7");
  std::ofstream(folder.path / "in") << "hello\n";
  command.standard_input = "in";
  command.environment = {{"COLOUR", "blue"}};
  const auto completion = run(command);
  CHECK(completion.end == End::exited);
  CHECK(completion.code == 7);
  CHECK(folder.text("out") == "hello blue\n");
  CHECK(folder.text("err") == folder.path.string() + "\n");
}

TEST_CASE("arguments reach the program as they are, no shell in between") {
  const Folder folder;
  Command command;
  command.argv = {"printf", "%s", "$HOME; `id` *'\""};
  command.folder = folder.path;
  command.standard_output = "out";
  CHECK(run(command).code == 0);
  CHECK(folder.text("out") == "$HOME; `id` *'\"");
}

TEST_CASE("a signal is told from an exit") {
  const Folder folder;
  const auto completion = run(shell(folder, "kill -9 $$"));
  CHECK(completion.end == End::signaled);
  CHECK(completion.code == SIGKILL);
}

TEST_CASE("a folder that does not exist and a program that cannot be run are not started") {
  Command command;
  command.argv = {"/bin/true"};
  command.folder = "/no/such/folder";
  CHECK(run(command).end == End::not_started);
  CHECK(run(command).code == ENOENT);
  const Folder folder;
  std::ofstream(folder.path / "broken") << "#!/no/such/interpreter\n";
  std::filesystem::permissions(folder.path / "broken", std::filesystem::perms::owner_all);
  command.folder = folder.path;
  command.argv = {(folder.path / "broken").string()};
  CHECK(run(command).end == End::not_started);
}

TEST_CASE("the time limit ends the whole process group, even those deaf to TERM") {
  const Folder folder;
  auto command = shell(folder, "trap '' TERM; sleep 60 & echo $!; sleep 60; sleep 60");
  command.time_limit_seconds = 0.3;
  const auto completion = run(command);
  CHECK(completion.end == End::timed_out);
  CHECK(completion.seconds < 5);
  CHECK(gone_within(std::stoi(folder.text("out")), 2));
}

TEST_CASE("TERM comes first and gives time to tidy up") {
  const Folder folder;
  auto command =
      shell(folder, "trap 'echo tidy; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
  command.time_limit_seconds = 0.3;
  command.grace_seconds = 5;
  const auto completion = run(command);
  CHECK(completion.end == End::timed_out);
  CHECK(completion.code == 3);
  CHECK(folder.text("out") == "ready\ntidy\n");
  CHECK(completion.seconds < 4);
}

TEST_CASE("a stop request ends the child promptly, also one made before the start") {
  const Folder folder;
  std::stop_source source;
  std::jthread later([&source] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    source.request_stop();
  });
  auto completion = run(shell(folder, "sleep 60"), source.get_token());
  CHECK(completion.end == End::stopped);
  CHECK(completion.seconds < 3);
  completion = run(shell(folder, "sleep 60"), source.get_token());
  CHECK(completion.end == End::stopped);
  CHECK(completion.seconds < 3);
}

TEST_CASE("children left behind by a finished program are ended") {
  const Folder folder;
  const auto completion = run(shell(folder, "sleep 60 & echo $!"));
  CHECK(completion.end == End::exited);
  CHECK(gone_within(std::stoi(folder.text("out")), 2));
}

TEST_CASE("processor time is that of the child") {
  const Folder folder;
  const auto busy = run(shell(folder, "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"));
  CHECK(busy.cpu_seconds > 0.02);
  const auto idle = run(shell(folder, "sleep 0.3"));
  CHECK(idle.cpu_seconds < 0.1);
  CHECK(idle.seconds >= 0.3);
}

TEST_CASE("no descriptor of ours leaks into the child") {
  const Folder folder;
  const int careless = ::open("/dev/null", O_RDONLY);  // deliberately without O_CLOEXEC
  REQUIRE(careless >= 0);
  CHECK(run(shell(folder, "ls /proc/self/fd | wc -l")).code == 0);
  CHECK(std::stoi(folder.text("out")) == 4);  // 0, 1, 2 and the one ls reads the folder with
  ::close(careless);
}

TEST_CASE("many threads start children at once") {
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
      threads.emplace_back([&good, t] {
        const Folder folder;
        for (int i = 0; i < 10; ++i) {
          const auto completion =
              run(shell(folder, "echo " + std::to_string(t) + "; exit " + std::to_string(t)));
          if (completion.code == t && folder.text("out") == std::to_string(t) + "\n") ++good;
        }
      });
  }
  CHECK(good == 80);
}

TEST_CASE("the child dies with its parent, even when that is killed") {
  const Folder folder;
  const pid_t parent = ::fork();
  if (parent == 0) {
    auto command = shell(folder, "echo $$; exec sleep 60");
    (void)run(command);
    ::_exit(0);
  }
  while (folder.text("out").empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const pid_t child = std::stoi(folder.text("out"));
  CHECK(alive(child));
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  CHECK(gone_within(child, 2));
}
