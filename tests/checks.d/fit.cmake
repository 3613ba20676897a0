# The science test reads its data sets with our own reader.
if(TARGET science_fit)
  target_link_libraries(science_fit PRIVATE mlip_io)
endif()
