# One function a module.  DEPENDS is the single declaration of who may include whom;
# tests/lints/layers.py holds every #include to it.  LINK names the outside libraries.

add_library(mlip_options INTERFACE)
target_include_directories(mlip_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(mlip_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                       -Wno-sign-conversion $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> -fno-semantic-interposition)
if(MLIP_SANITIZE)
  target_compile_options(mlip_options INTERFACE -fsanitize=${MLIP_SANITIZE}
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(MLIP_SANITIZE MATCHES "undefined")
    # What ASan and the processor find by themselves: a third of the build's time, most of the kernels'
    target_compile_options(
      mlip_options INTERFACE
      -fno-sanitize=alignment,pointer-overflow,null,object-size,vptr,nonnull-attribute,returns-nonnull-attribute)
  endif()
  target_link_options(mlip_options INTERFACE -fsanitize=${MLIP_SANITIZE})
endif()
if(MLIP_COVERAGE)
  target_compile_options(mlip_options INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(mlip_options INTERFACE --coverage)
endif()

function(mlip_module name)
  cmake_parse_arguments(MODULE "" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(TRANSFORM MODULE_DEPENDS PREPEND mlip_)
  if(sources)
    add_library(mlip_${name} STATIC ${sources})
    target_link_libraries(mlip_${name} PUBLIC mlip_options ${MODULE_DEPENDS} ${MODULE_LINK})
  else()  # headers only
    add_library(mlip_${name} INTERFACE)
    target_link_libraries(mlip_${name} INTERFACE mlip_options ${MODULE_DEPENDS} ${MODULE_LINK})
  endif()
endfunction()
