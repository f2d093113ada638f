package org.elasticsearch.node;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.plugins.GivenPlugins;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.plugins.PluginsLoader;
import org.elasticsearch.plugins.PluginsService;

/** A node of the server's core and the plugins it is given. What it is made by is private to this package. */
public final class BareNode extends Node {

    public BareNode(Environment environment, List<Plugin> plugins) {
        super(NodeConstruction.prepareConstruction(
            environment,
            PluginsLoader.createPluginsLoader(Set.of(), Set.of(), Map.of(), false),
            new Services(plugins),
            true
        ));
    }

    private static final class Services extends NodeServiceProvider {
        private final List<Plugin> plugins;

        Services(List<Plugin> plugins) {
            this.plugins = plugins;
        }

        @Override
        PluginsService newPluginService(Environment environment, PluginsLoader loader) {
            return new GivenPlugins(environment.settings(), loader, plugins);
        }
    }
}
