/// Every subcommand, in help order.
let commands: [Command] = [
    localCommand, masterCommand, agentCommand, executeCommand, marathonCommand, kubernetesCommand, kmCommand,
    kubecfgCommand, stateCommand, agentsCommand, frameworksCommand, tasksCommand, explainCommand, versionCommand,
]
