/** User agents as CloudTrail shows them. */
export const BROWSERS = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
  'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0',
] as const;

export const CLIS = [
  'aws-cli/2.31.18 md/awscrt#0.27.6 ua/2.1 os/macos#25.0.0 md/arch#arm64 lang/python#3.13.7 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#ec2.describe-instances',
  'aws-cli/2.28.3 md/awscrt#0.27.2 ua/2.1 os/linux#6.8.0-64-generic md/arch#x86_64 lang/python#3.13.4 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#s3.ls',
  'aws-cli/2.31.18 md/awscrt#0.27.6 ua/2.1 os/windows#11 md/arch#amd64 lang/python#3.13.7 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#sts.get-caller-identity',
] as const;

export const AGENTS = {
  internal: 'AWS Internal',
  consoleBackend: 'AWS Console',
  terraform:
    'APN/1.0 HashiCorp/1.0 Terraform/1.13.4 (+https://www.terraform.io) terraform-provider-aws/6.17.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.39.2 ua/2.1 os/linux lang/go#1.24.6 md/GOOS#linux md/GOARCH#amd64 api/ec2#1.254.1',
  boto3:
    'Boto3/1.40.55 md/Botocore#1.40.55 ua/2.1 os/linux#5.10.240-238.955.amzn2.x86_64 md/arch#x86_64 lang/python#3.12.11 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 cfg/retry-mode#legacy Botocore/1.40.55',
  javaSdk:
    'aws-sdk-java/2.35.7 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.150-174.273.amzn2023.x86_64 lang/java#21.0.8 md/OpenJDK_64-Bit_Server_VM#21.0.8+9-LTS exec-env/AWS_ECS_EC2 cfg/retry-mode#standard',
  goSdk:
    'aws-sdk-go-v2/1.39.2 ua/2.1 os/linux lang/go#1.24.6 md/GOOS#linux md/GOARCH#amd64 api/autoscaling#1.59.4 cluster-autoscaler/1.33.1',
  loadBalancerController:
    'elbv2.k8s.aws/v2.13.4 aws-sdk-go-v2/1.39.2 ua/2.1 os/linux lang/go#1.24.6 md/GOOS#linux md/GOARCH#amd64 api/elasticloadbalancingv2#1.51.0',
  jsSdk:
    'aws-sdk-js/3.913.0 ua/2.1 os/linux#5.10.240-238.955.amzn2.x86_64 lang/js md/nodejs#22.19.0 api/dynamodb#3.913.0 exec-env/AWS_Lambda_nodejs22.x',
  ssmAgent: 'aws-sdk-go/1.55.8 (go1.24.6; linux; amd64) amazon-ssm-agent/3.3.2746.0',
  kubelet: 'kubelet/v1.33.4 (linux/arm64) kubernetes/2d1c8d4',
  vendor: 'Boto3/1.39.11 md/Botocore#1.39.11 md/internal ua/2.1 os/linux lang/python#3.12.9 ExampleMonitor/7.4',
  audit: 'Boto3/1.40.49 md/Botocore#1.40.49 ua/2.1 os/linux#6.8.0 lang/python#3.12.3 APN_1826889 Prowler/5.13.0',
  pacu: 'Boto3/1.37.38 md/Botocore#1.37.38 ua/2.0 os/linux#6.12.38+kali-amd64 md/arch#x86_64 lang/python#3.13.5 md/pyimpl#CPython Pacu/1.6.1',
  trufflehog: 'TruffleHog',
  s3browser: 'S3 Browser/12.3.5 (https://s3browser.com)',
  python:
    'Boto3/1.35.99 md/Botocore#1.35.99 ua/2.0 os/linux#6.6.87 md/arch#x86_64 lang/python#3.11.2 md/pyimpl#CPython',
} as const;
