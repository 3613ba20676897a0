# Checks that are no doctest program: each room registers its own in checks.d/.
file(GLOB checks CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/checks.d/*.cmake)
foreach(check ${checks})
  include(${check})
endforeach()
