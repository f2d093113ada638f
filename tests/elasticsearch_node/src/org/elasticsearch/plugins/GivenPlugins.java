package org.elasticsearch.plugins;

import java.util.List;

import org.elasticsearch.Version;
import org.elasticsearch.common.settings.Settings;

/** Plugins that are made already, where others are found in folders. What describes them is private to this package. */
public final class GivenPlugins extends PluginsService {
    private final List<LoadedPlugin> given;

    public GivenPlugins(Settings settings, PluginsLoader loader, List<Plugin> plugins) {
        super(settings, null, loader);
        ClassLoader here = GivenPlugins.class.getClassLoader();
        given = plugins.stream().map(plugin -> new LoadedPlugin(described(plugin), plugin, here)).toList();
        loadExtensions(given);
    }

    @Override
    protected List<LoadedPlugin> plugins() {
        return given;
    }

    private static PluginDescriptor described(Plugin plugin) {
        String name = plugin.getClass().getName();
        return new PluginDescriptor(name, name, "1", Version.CURRENT.toString(),
            Integer.toString(Runtime.version().feature()), name, null, List.of(), false, false, false, false,
            PluginDescriptor.DeploymentTarget.ALL);
    }
}
