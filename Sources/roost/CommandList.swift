/// Every subcommand, in help order.
let commands: [Command] = [
    localCommand, masterCommand, agentCommand, executeCommand, marathonCommand, stateCommand, agentsCommand,
    frameworksCommand, tasksCommand, versionCommand,
]
