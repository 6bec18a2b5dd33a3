install(TARGETS tradewind EXPORT tradewind LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/tradewind DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT tradewind NAMESPACE tradewind:: FILE tradewind-config.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tradewind)
include(CMakePackageConfigHelpers)
write_basic_package_version_file(tradewind-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tradewind-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tradewind)
file(CONFIGURE OUTPUT tradewind.pc @ONLY CONTENT [[prefix=@CMAKE_INSTALL_PREFIX@
libdir=${prefix}/@CMAKE_INSTALL_LIBDIR@
includedir=${prefix}/@CMAKE_INSTALL_INCLUDEDIR@

Name: tradewind
Description: @PROJECT_DESCRIPTION@
Version: @PROJECT_VERSION@
Libs: -L${libdir} -ltradewind
Cflags: -I${includedir}
]])
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tradewind.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
