#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <optional>
#include <sstream>

#include "config/node.hpp"

namespace mlip::config {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;
constexpr std::size_t deepest = 32;

/// Builds the tree from the parser's events.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(Problems& problems) : problems_(problems) {}
  [[nodiscard]] Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(begin(Node::Kind::null, mark, "", anchor));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    problems_.add(mark.line + 1, "aliases ('*name') are not accepted: write the value out");
    add(begin(Node::Kind::null, mark, "", 0));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = begin(Node::Kind::scalar, mark, tag, anchor);
    node.text = value;
    node.quoted = tag == "!";
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    std::optional<Node> key;  ///< of a map, read and waiting for its value
  };

  Node begin(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor) {
    Node node;
    node.kind = kind;
    node.line = mark.line + 1;
    if (anchor != 0)
      problems_.add(node.line, "anchors ('&name') are not accepted: write the value out");
    if (!tag.empty() && tag != "?" && tag != "!")
      problems_.add(node.line, fmt::format("tags ('{}') are not accepted", tag));
    return node;
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    if (open_.size() >= deepest)
      throw YAML::ParserException(mark, fmt::format("nested deeper than {} levels", deepest));
    open_.push_back({begin(kind, mark, tag, anchor), std::nullopt});
  }

  void close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  void add(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::map) {
      if (!parent.key) {
        if (node.kind != Node::Kind::scalar) problems_.add(node.line, "a key must be a word");
        parent.key = std::move(node);
        return;
      }
      node.key = parent.key->text;
      node.line = parent.key->line;
      parent.key.reset();
    }
    parent.node.items.push_back(std::move(node));
  }

  Problems& problems_;
  Node root_;
  std::vector<Open> open_;
};

[[noreturn]] void refuse(const Problems& problems, int line, const std::string& message) {
  Problems all = problems;
  all.add(line, message);
  all.throw_any();
  throw std::logic_error("unreachable");
}

}  // namespace

Node parse(std::string_view text, Problems& problems) {
  if (text.size() > largest_file)
    refuse(problems, 1, "larger than 1 MiB: no input of this program");
  std::istringstream stream{std::string(text)};
  Builder builder(problems);
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    Node root = builder.take();
    if (parser.HandleNextDocument(builder))
      problems.add(root.line, "more than one document ('---') in the file");
    return root;
  } catch (const YAML::Exception& error) {
    refuse(problems, std::max(error.mark.line, 0) + 1, error.msg);
  }
}

}  // namespace mlip::config
