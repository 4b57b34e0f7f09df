from st2common.runners.base_action import Action


class WelcomeAction(Action):
    def run(self, name):
        # From configs/examples.yaml, or the default of config.schema.yaml.
        greeting = self.config.get("greeting", "Welcome")
        # The log goes to stderr and is kept with the execution; it is not part of the result.
        self.logger.info("Welcoming someone with %r", greeting)
        # What is returned becomes execution.result.result in templates.
        return {"greeting": greeting, "name": name}
