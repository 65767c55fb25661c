# What `cpack` makes a Debian package of: the binary, its service and user, and the documents that package/documents.py makes
# (`./run package` does both). Nothing is started that nobody has configured and enabled.
set(package_folder ${CMAKE_SOURCE_DIR}/package)
set(package_documents ${CMAKE_BINARY_DIR}/package-documents)

install(PROGRAMS ${package_documents}/engine DESTINATION bin RENAME order-engine)
install(FILES ${package_folder}/order-engine.service DESTINATION lib/systemd/system)
install(FILES ${package_folder}/order-engine.conf DESTINATION lib/sysusers.d)
install(FILES ${package_documents}/order-engine.1.gz DESTINATION share/man/man1)
install(FILES ${package_documents}/order-engine DESTINATION share/bash-completion/completions)
install(FILES ${package_documents}/_order-engine DESTINATION share/zsh/vendor-completions)
install(FILES ${package_documents}/sbom.spdx.json ${package_documents}/changelog.gz docker/prod.toml docker/stack/alerts.yaml README.md
  DESTINATION share/doc/order-engine)
install(FILES LICENSE DESTINATION share/doc/order-engine RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME order-engine)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
# What it was built on is in its version, 0.1.0-1~deb12, for it needs that release's libraries; so the one of the next release is
# newer, and an upgrade of the distribution takes it.
cmake_host_system_information(RESULT distribution QUERY DISTRIB_INFO)
string(REPLACE debian deb distribution "${distribution_ID}${distribution_VERSION_ID}")
set(CPACK_DEBIAN_PACKAGE_RELEASE 1~${distribution})
set(CPACK_PACKAGE_CONTACT "the engine's authors <orders@example.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "order engine: a saga over one Kafka topic, in one process")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/package)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Places, pays, reserves, ships and mails a shop's orders as a saga over one Kafka topic.\nIts settings go into /etc/order-engine/engine.toml, after the sample in /usr/share/doc.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "redis-server")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${package_folder}/postinst;${package_folder}/prerm;${package_folder}/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
