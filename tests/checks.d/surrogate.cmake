# Reference structures are read with our own reader.
foreach(program golden_surrogate tools_surrogate)
  if(TARGET ${program})
    target_link_libraries(${program} PRIVATE mlip_io)
  endif()
endforeach()
