package dev.lockstep.config;

import java.util.Map;

/**
 * All settings of one Lockstep process.
 *
 * @param device which device this is and where it keeps things
 * @param bus how to reach the bus
 * @param source where releases come from
 * @param update policy, schedule, downloads, backups, deadlines
 * @param deployment the order over devices, and who may delay it
 * @param notice how people learn of a planned restart
 * @param lanCache the hub's cache of the repository
 * @param components the components on this device, by id, in the order of the file
 */
public record Settings(
    DeviceSettings device,
    BusSettings bus,
    SourceSettings source,
    UpdateSettings update,
    DeploymentSettings deployment,
    NoticeSettings notice,
    LanCacheSettings lanCache,
    Map<String, ComponentSettings> components) {}
