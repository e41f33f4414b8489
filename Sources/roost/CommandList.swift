/// Every subcommand, in help order.
let commands: [Command] = [
    localCommand, masterCommand, agentCommand, executeCommand, marathonCommand, kubernetesCommand, kmCommand, stateCommand, agentsCommand,
    frameworksCommand, tasksCommand, versionCommand,
]
