#include "config/shape.hpp"

namespace mlip::config {

void leave_open(Shape& shape) {
  for (Shape::Member& member : shape.members) {
    member.field.required = false;
    member.standard = Node();
    leave_open(member.shape);
  }
  if (shape.element == nullptr) return;
  Shape element = *shape.element;
  leave_open(element);
  shape.element = std::make_shared<const Shape>(std::move(element));
}

}  // namespace mlip::config
