#include "exec/hyperqueue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "core/seed.hpp"

using namespace mlip;
using namespace mlip::exec;

namespace {

Printed failed_hq(const std::string& output, const std::string& errors = "") {
  return {{Completion::End::exited, 1, 0, 0}, output, errors};
}

std::string hq_messages(const HyperQueueOptions& options) {
  std::string text;
  for (const auto& problem : problems_of(options))
    text += problem.key + ": " + problem.message + '\n';
  return text;
}

}  // namespace

TEST_CASE("hq submit is given everything by arguments") {
  ArrayJob job;
  job.name = "mlip-0123456789abcdef-2";
  job.folder = "/scratch/it's mine/b";
  job.argv = {"/opt/mlip auto", "chunk"};
  job.tasks = {0, 3, 7};
  job.seconds = 600.5;
  job.memory_mb = 2000;
  HyperQueueOptions options;
  options.cores = 4;
  options.submit = {"--priority=5"};
  const auto argv = hq_submit_arguments(job, options, "/scratch/b/job.sh");
  for (const char* word :
       {"submit", "--priority=5", "--name=mlip-0123456789abcdef-2", "--cwd=/scratch/it's mine/b",
        "--stdout=%{CWD}/output_%{JOB_ID}_%{TASK_ID}.txt", "--stderr=none", "--array=0,3,7",
        "--cpus=4", "--resource=mem=2000", "--time-limit=601s"}) {
    CAPTURE(word);
    CHECK(std::ranges::count(argv, word) == 1);
  }
  CHECK(std::vector(argv.end() - 3, argv.end()) ==
        std::vector<std::string>{"--", "/bin/bash", "/scratch/b/job.sh"});
  CHECK(batch_script(job, {}, "HQ_TASK_ID").ends_with(" \"$HQ_TASK_ID\"\n"));
}

// As documented: docs/cli/output-mode.md of HyperQueue, and what its client prints.
TEST_CASE("jobs are known by their names") {
  const std::vector<std::string> names = {"mlip-a-1", "mlip-b-1"};
  const auto found = read_hq_jobs(
      R"([{"id": 1, "name": "ls", "task_count": 1, "task_stats": {"canceled": 0, "failed": 0,
           "finished": 1, "running": 0, "waiting": 0}},
          {"id": 12, "name": "mlip-a-1", "task_count": 2}])",
      names);
  REQUIRE(found);
  CHECK(found.value() == std::map<std::string, std::string>{{"12", "mlip-a-1"}});
  CHECK(read_hq_jobs("[]", names).value().empty());
}

TEST_CASE("states of tasks, and why they failed") {
  const auto reports = read_hq_tasks(
      R"({"12": [
        {"id": 0, "state": "finished", "worker": 1, "started_at": "2021-12-20T08:56:16.437123396Z",
         "finished_at": "2021-12-20T08:56:16.438062340Z", "cwd": "/tmp/foo"},
        {"id": 3, "state": "running", "worker": 1},
        {"id": 4, "state": "waiting"},
        {"id": 5, "state": "canceled"},
        {"id": 6, "state": "failed", "error": "Time limit reached"},
        {"id": 7, "state": "failed", "error": "Program terminated with exit code 1"},
        {"id": 8, "state": "failed", "error":
         "Task was running on a worker that was lost; the task has occurred 5 times in this situation and limit was reached."},
        {"id": 9, "state": "dancing"}],
       "13": [{"id": 0, "state": "running"}]})",
      {{"12", "mlip-a-1"}});
  REQUIRE(reports);
  REQUIRE(reports.value().size() == 7);
  const std::vector wanted = {TaskState::completed,  TaskState::running,    TaskState::waiting,
                              TaskState::cancelled,  TaskState::time_limit, TaskState::failed,
                              TaskState::node_failed};
  for (std::size_t k = 0; k < wanted.size(); ++k) CHECK(reports.value()[k].state == wanted[k]);
  CHECK(reports.value()[1].job == "mlip-a-1");
  CHECK(reports.value()[1].task == 3);
  CHECK(reports.value()[1].id == "12_3");
  CHECK(reports.value()[5].reason == "Program terminated with exit code 1");
}

TEST_CASE("what is none of hq's JSON is told, never taken for an empty queue") {
  for (const char* text : {"", "hq: no such thing", "{\"error\": \"x\"}", "[1]", "[{\"id\": 1}]",
                           "{\"12\": [{\"id\": 0}]}", "{\"12\": 3}", "null"}) {
    CAPTURE(text);
    CHECK_FALSE((read_hq_jobs(text, {}) && read_hq_tasks(text, {{"12", "a"}})));
  }
  auto engine = core::random_engine(1, "hq");
  const std::string alphabet = "{}[]\":,id12state nullwaiting\xff";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (auto length = engine() % 100; length > 0; --length)
      text += alphabet[engine() % alphabet.size()];
    (void)read_hq_tasks(text, {{"12", "a"}});
    (void)read_hq_jobs(text, {});
  }
}

TEST_CASE("a server that is away is waited for, a wrong request is not repeated") {
  const auto away = hq_refusal(failed_hq(
      R"({"error": "No running instance of HQ found at \".hq-server\". Try to start the server: `hq server start`"})"));
  CHECK(away.submission == Submission::unreachable);
  CHECK(away.text.starts_with("No running instance of HQ found"));
  CHECK(hq_refusal(failed_hq(R"x({"error": "Connection refused (os error 111)"})x")).submission ==
        Submission::unreachable);
  const auto wrong = hq_refusal(failed_hq("", "error: unexpected argument '--foo' found\n"));
  CHECK(wrong.submission == Submission::refused);
  CHECK(wrong.text == "error: unexpected argument '--foo' found");
  CHECK(hq_refusal({{Completion::End::timed_out, 0, 120, 0}, "", ""}).submission ==
        Submission::unreachable);
}

TEST_CASE("options that hq submit cannot be given") {
  CHECK(hq_messages({}).empty());
  for (const char* option :
       {"--name=x", "--array=1-3", "--stdout=a", "--wait", "-p", "--time-lim=1"}) {
    HyperQueueOptions options;
    options.submit = {option};
    CAPTURE(option);
    CHECK(hq_messages(options).starts_with("submit: "));
  }
  HyperQueueOptions options;
  options.cores = 0;
  options.modules = {"$(reboot)"};
  CHECK(std::ranges::count(hq_messages(options), '\n') == 2);
}
