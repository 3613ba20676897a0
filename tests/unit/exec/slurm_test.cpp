#include "exec/slurm.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "core/seed.hpp"

using namespace mlip;
using namespace mlip::exec;

namespace {

ArrayJob chunk_job() {
  ArrayJob job;
  job.name = "mlip-0123456789abcdef-2";
  job.comment = "mlip-auto /scratch/it's 100 % mine";
  job.folder = "/scratch/it's 100 % mine/b";
  job.argv = {"/opt/mlip auto", "chunk", "/scratch/$(reboot)`x`\"\\"};
  job.tasks = {3, 7};
  job.seconds = 601;
  job.memory_mb = 2000;
  return job;
}

std::string messages(const SlurmOptions& options) {
  std::string text;
  for (const auto& problem : problems_of(options))
    text += problem.key + ": " + problem.message + '\n';
  return text;
}

bool has(const std::vector<std::string>& argv, const std::string& word) {
  return std::ranges::count(argv, word) == 1;
}

}  // namespace

TEST_CASE("every state of squeue's manual is known, and no other word") {
  CHECK(task_state("RUNNING") == TaskState::running);
  CHECK(task_state("COMPLETING") == TaskState::running);
  CHECK(task_state("PENDING") == TaskState::waiting);
  CHECK(task_state("COMPLETED") == TaskState::completed);
  CHECK(task_state("TIMEOUT") == TaskState::time_limit);
  CHECK(task_state("OUT_OF_MEMORY") == TaskState::out_of_memory);
  CHECK(task_state("NODE_FAIL") == TaskState::node_failed);
  CHECK(task_state("BOOT_FAIL") == TaskState::node_failed);
  CHECK(task_state("PREEMPTED") == TaskState::preempted);
  CHECK(task_state("CANCELLED") == TaskState::cancelled);
  CHECK(task_state("FAILED") == TaskState::failed);
  CHECK_FALSE(task_state("failed"));
  CHECK_FALSE(task_state(""));
  CHECK_FALSE(task_state("CANCELLED by 0"));
}

TEST_CASE("what squeue prints of an array") {
  const auto reports = read_queue(
      "mlip-abc-1|17|0|COMPLETED|None\n"
      "mlip-abc-1|17|3|FAILED|NonZeroExitCode\n"
      "mlip-abc-2|21|5|PENDING|AssocGrpCPUMinutesLimit\n"
      "mlip-abc-2|21|6|PENDING|PartitionTimeLimit");
  REQUIRE(reports.size() == 4);
  CHECK(reports[0].job == "mlip-abc-1");
  CHECK(reports[0].task == 0);
  CHECK(reports[0].id == "17_0");
  CHECK(reports[1].state == TaskState::failed);
  CHECK(reports[1].reason == "NonZeroExitCode");
  CHECK_FALSE(reports[2].hopeless);
  CHECK(reports[3].hopeless);
}

TEST_CASE("lines that are none of squeue's are left out") {
  CHECK(read_queue("").empty());
  CHECK(read_queue("\n\n").empty());
  for (const char* line :
       {"slurm_load_jobs error: Unable to contact slurm controller (connect failure)",
        "a|1|0|RUNNING", "a|1|x|RUNNING|None", "a|1|-1|RUNNING|None",
        "a|1|99999999999|RUNNING|None", "a|1|N/A|RUNNING|None", "a|1|0|DANCING|None",
        "|1|0|RUNNING|None", "a b|1|0|RUNNING|None"}) {
    CAPTURE(line);
    CHECK(read_queue(line).empty());
    CHECK(read_queue(line + std::string("\nb|2|1|RUNNING|a|b\n")).size() == 1);
  }
}

TEST_CASE("garbage of any kind is read without harm") {
  auto engine = core::random_engine(1, "queue");
  const std::string alphabet = "a|\n0123-RUNNINGCOMPLETED \t\xff%";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (auto length = engine() % 200; length > 0; --length)
      text += alphabet[engine() % alphabet.size()];
    for (const auto& report : read_queue(text)) CHECK(report.task >= 0);
  }
}

TEST_CASE("refusals that pass, and those that do not") {
  CHECK(meaning_of_refusal("sbatch: error: Batch job submission failed: Unable to contact slurm "
                           "controller (connect failure)") == Submission::unreachable);
  CHECK(meaning_of_refusal("sbatch: error: Batch job submission failed: Socket timed out on "
                           "send/recv operation") == Submission::unreachable);
  CHECK(
      meaning_of_refusal("sbatch: error: Batch job submission failed: Job violates accounting/QOS "
                         "policy (job submit limit, user's size and/or time limits)") ==
      Submission::unreachable);
  CHECK(meaning_of_refusal("sbatch: error: Batch job submission failed: Invalid partition name "
                           "specified") == Submission::refused);
  CHECK(meaning_of_refusal("sbatch: error: Memory specification can not be satisfied") ==
        Submission::refused);
  CHECK(meaning_of_refusal("") == Submission::refused);
}

TEST_CASE("sbatch is given everything by arguments") {
  SlurmOptions options;
  options.partition = "short";
  options.account = "physics";
  options.sbatch = {"--constraint=a&b"};
  options.cores = 4;
  options.tasks_at_once = 5;
  const auto argv = sbatch_arguments(chunk_job(), options);
  CHECK(argv.front() == "sbatch");
  for (const char* word :
       {"--parsable", "--no-requeue", "--job-name=mlip-0123456789abcdef-2", "--array=3,7%5",
        "--ntasks=4", "--nodes=1", "--mem=2000M", "--time=11", "--partition=short",
        "--account=physics", "--constraint=a&b", "--chdir=/scratch/it's 100 % mine/b",
        "--output=/scratch/it's 100 %% mine/b/output_%A_%a.txt"}) {
    CAPTURE(word);
    CHECK(has(argv, word));
  }
  options.partition.clear();
  options.account.clear();
  for (const auto& word : sbatch_arguments(chunk_job(), options))
    CHECK_FALSE((word.starts_with("--partition") || word.starts_with("--account")));
}

TEST_CASE("nothing in the batch script is left to the shell") {
  CHECK(shell_word("") == "''");
  CHECK(shell_word("it's") == "'it'\\''s'");
  const std::string script = batch_script(chunk_job(), {"qe/7.2"}, "SLURM_ARRAY_TASK_ID");
  CHECK(script.starts_with("#!/bin/bash\n"));
  CHECK(script.find("\nmodule load 'qe/7.2'\n") != std::string::npos);
  CHECK(
      script.ends_with("\nexec '/opt/mlip auto' 'chunk' '/scratch/$(reboot)`x`\"\\' "
                       "\"$SLURM_ARRAY_TASK_ID\"\n"));
  CHECK(batch_script(chunk_job(), {}, "N").find("module") == std::string::npos);
}

TEST_CASE("options that sbatch cannot be given") {
  CHECK(messages({}) == "");
  SlurmOptions options;
  options.partition = "short,long";
  options.account = "phys_01";
  options.modules = {"QuantumESPRESSO/7.2-foss-2022b"};
  options.sbatch = {"--constraint=[rack1|rack2]", "--exclusive", "--qos=long"};
  CHECK(messages(options) == "");
  options.partition = "--uid=0";
  options.account = "a b";
  options.modules = {"$(reboot)", "x\ny", ""};
  CHECK(std::ranges::count(messages(options), '\n') >= 5);
  for (const char* option : {"-p short", "--wrap=reboot", "--job-name=x", "--arr=1-3", "--wait", "",
                             "--", "--a=b\n#SBATCH", "--mem=4G", "--tim=1", "--foo bar"}) {
    options = {};
    options.sbatch = {option};
    CAPTURE(option);
    CHECK(messages(options).starts_with("sbatch: "));
  }
  options = {};
  options.cores = 0;
  options.poll_seconds = 0;
  options.longest_task_seconds = 1;
  CHECK(messages(options).find("cores: must be greater than 0") != std::string::npos);
  CHECK(messages(options).find("poll_seconds: ") != std::string::npos);
  CHECK(messages(options).find("longest_task_seconds: must be at least 60 s") != std::string::npos);
}
