package dev.lockstep.app.demo;

import java.nio.file.Path;
import java.util.Map;

/**
 * A release that the demo's publisher publishes.
 *
 * @param component its component
 * @param version its version
 * @param content a folder, or an archive as somebody else published it
 * @param prefix the tree's folder inside an archive; empty otherwise
 * @param provides API to version
 * @param requires API to range
 * @param notes release notes
 */
record DemoRelease(
    String component,
    String version,
    Path content,
    String prefix,
    Map<String, String> provides,
    Map<String, String> requires,
    String notes) {}
